import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';

describe('the broker in its image', () => {
  it('is started as by `npm run start:prod`', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const commands = [...(await readFile('Dockerfile', 'utf8')).matchAll(/^CMD (\[.*\])$/gm)].map(
      ([, words]) => (JSON.parse(words ?? '[]') as string[]).join(' '),
    );
    expect(commands).toContain(scripts['start:prod']);
  });
});
