import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { variables } from './internal/variables.js';

const example = readFileSync('.env.example', 'utf8');

/** `NAME=` to be set, `#NAME=default`, and `#NAME=` where not setting it means something. */
function shownIn(text: string): Readonly<Record<string, string>> {
  const lines = text.matchAll(/^(?<line>#?(?<name>[A-Z][A-Z0-9_]*)=.*)$/gm);
  return Object.fromEntries([...lines].map(({ groups }) => [groups?.['name'] ?? '', groups?.['line'] ?? '']));
}

function wanted(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.values(variables).map(({ name, whenUnset }) => {
      if (whenUnset === 'required') return [name, `${name}=`];
      return [name, `#${name}=${whenUnset === 'null' ? '' : whenUnset.text}`];
    }),
  );
}

describe('.env.example', () => {
  it('shows every variable that is read, with its default, and no other', () => {
    expect(shownIn(example)).toEqual(wanted());
  });

  it('says for each what it means', () => {
    const paragraphs = example.split(/\n\s*\n/).filter((paragraph) => /^#?[A-Z][A-Z0-9_]*=/m.test(paragraph));
    for (const paragraph of paragraphs) expect(paragraph).toMatch(/^# .*[.:]/);
  });

  it('says "file" exactly where a file is read', () => {
    const paragraphs = example.split(/\n\s*\n/);
    for (const { name, mayBeFile } of Object.values(variables)) {
      const paragraph = paragraphs.find((each) => new RegExp(`^#?${name}=`, 'm').test(each));
      expect([name, paragraph?.includes('(file)')]).toEqual([name, mayBeFile]);
    }
  });
});
