import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildHouse, inspectHouse, ruleNames, write, type Finding } from './planted-house.js';
import { allowed, violations } from './violations.js';

describe('the rules of the rooms', () => {
  let folder: string;
  let findings: readonly Finding[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rooms-'));
    await buildHouse(folder);
    for (const { file, text } of violations) await write(folder, file, text);
    for (const [file, ...imports] of allowed) {
      await write(
        folder,
        file,
        `${imports.map((from) => `import '${from}';\n`).join('')}export const planted = 1;\n`,
      );
    }
    findings = await inspectHouse(folder);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(violations)('$rule catches $file', ({ rule, file }) => {
    expect(findings).toContainEqual({ rule, file });
  });

  it.each(allowed)('let %s in', (file) => {
    expect(findings.filter((finding) => finding.file === file)).toEqual([]);
  });

  it('are each broken once here', async () => {
    expect(new Set(violations.map(({ rule }) => rule))).toEqual(new Set(await ruleNames()));
  });
});
