import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { plantedFaults } from './faults.js';
import { withFault } from './planted-fault.js';
import { projectRoot } from './project-root.js';

describe('the table of planted faults', () => {
  it.each(plantedFaults)('fits the sources: $name', (fault) => {
    const text = readFileSync(join(projectRoot, fault.file), 'utf8');
    expect(withFault(text, fault)).not.toBe(text);
    expect(fault.specs).not.toEqual([]);
    for (const spec of fault.specs) {
      expect(spec).toMatch(/\.spec\.ts$/);
      expect(existsSync(join(projectRoot, spec))).toBe(true);
    }
  });

  it('names each fault once', () => {
    const names = plantedFaults.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('an entry that does not fit its file any more', () => {
  const fault = {
    name: 'a fault',
    file: 'a.ts',
    search: 'a < b',
    replacement: 'a <= b',
    specs: ['a.spec.ts'],
  };

  it('is planted where the search text occurs once', () => {
    expect(withFault('if (a < b) go();', { ...fault, replacement: '$& <= b' })).toBe('if ($& <= b) go();');
  });

  it.each([
    ['the search text is gone', 'if (b > a) go();', fault],
    ['the search text occurs twice', 'a < b; a < b', fault],
    ['the replacement changes nothing', 'a < b', { ...fault, replacement: 'a < b' }],
    ['the search text is empty', 'a < b', { ...fault, search: '' }],
  ])('is refused where %s', (_, text, entry) => {
    expect(() => withFault(text, entry)).toThrow('The table is out of date: "a fault" in a.ts');
  });
});
