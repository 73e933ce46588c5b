import { readFileSync, statSync } from 'node:fs';

const mostBytes = 65_536;
/** A pipe gives its text once, and would block whoever reads it again. */
const fromPipes = new Map<string, string>();

/** The text of a small file. It may be read again: the database's address is, at each new login. */
export function readTextFile(path: string): string {
  const piped = fromPipes.get(path);
  if (piped !== undefined) return piped;
  const stats = statSync(path);
  if (stats.isFile() && stats.size > mostBytes)
    throw Object.assign(new Error('too large'), { code: 'EFBIG' });
  const text = readFileSync(path, 'utf8');
  if (!stats.isFile()) fromPipes.set(path, text);
  return text;
}
