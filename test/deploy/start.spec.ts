import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { productionOptions } from '../../apps/local/src/broker-process.js';

async function productionStart(): Promise<string | undefined> {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  return scripts['start:prod'];
}

describe('the broker as `npm run start:prod` starts it', () => {
  it('is started so in its image', async () => {
    const commands = [...(await readFile('Dockerfile', 'utf8')).matchAll(/^CMD (\[.*\])$/gm)].map(
      ([, words]) => (JSON.parse(words ?? '[]') as string[]).join(' '),
    );
    expect(commands).toContain(await productionStart());
  });

  it('is started so on this machine, also to be tested and measured', async () => {
    const options = productionOptions.join(' ');
    expect(await productionStart()).toBe(`node ${options} dist/apps/token-broker/src/main.js`);
  });
});
