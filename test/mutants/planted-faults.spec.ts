import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { plantedFaults } from './planted-faults.js';
import { planted } from './scratch-tree.js';

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}

describe('a planted fault', () => {
  it.each(plantedFaults.map((fault) => [fault.name, fault] as const))(
    'can be planted, and names specs that are there: %s',
    async (_, fault) => {
      for (const edit of [fault, ...(fault.chaosNotices?.withoutGuards ?? [])]) {
        const text = await readFile(pathOf(edit.file), 'utf8');
        expect(planted(text, edit)).not.toBe(text);
      }
      expect(fault.noticedBy).not.toEqual([]);
      for (const spec of fault.noticedBy) await expect(access(pathOf(spec))).resolves.toBeUndefined();
    },
  );

  it('has a name of its own', () => {
    const names = plantedFaults.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
