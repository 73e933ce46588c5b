import { isRecord, parseJson } from './untrusted.js';

type Members = Record<string, unknown>;

/** An answer has a handful of objects; a hostile one has no more than are looked at. */
const mostObjects = 64;
/** The answer itself, its envelope, and envelopes in the envelope. */
const mostLevels = 5;
const longestName = 64;

/**
 * The objects of an answer that may hold its members: the answer, and what lies in its envelopes (`data`, `result`, or any
 * other name). An envelope may also be JSON in a text. The outer objects come first.
 */
export function objectsIn(body: unknown): readonly Members[] {
  const found: Members[] = [];
  let level: readonly unknown[] = [body];
  for (let depth = 0; depth < mostLevels && level.length > 0; depth += 1) {
    const objects = level.flatMap(openedEnvelope).slice(0, mostObjects - found.length);
    found.push(...objects);
    level = objects.flatMap((members) => Object.values(members).filter(isEnvelope)).slice(0, mostObjects);
  }
  return found;
}

/** The values of all members with one of these names, in any casing and with any separators. */
export function membersNamed(members: Members, names: readonly string[]): readonly unknown[] {
  return Object.entries(members).flatMap(([name, value]) => (names.includes(plainName(name)) ? [value] : []));
}

/** The values of all members whose plain name fits, with that name. */
export function membersLike(members: Members, pattern: RegExp): readonly { name: string; value: unknown }[] {
  return Object.entries(members)
    .map(([name, value]) => ({ name: plainName(name), value }))
    .filter(({ name }) => pattern.test(name));
}

function plainName(name: string): string {
  return name.length > longestName ? '' : name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function isEnvelope(value: unknown): boolean {
  return isRecord(value) || Array.isArray(value) || (typeof value === 'string' && isObjectText(value));
}

function openedEnvelope(value: unknown): Members[] {
  if (isRecord(value)) return [value];
  if (Array.isArray(value)) return value.slice(0, mostObjects).filter(isRecord);
  const parsed = typeof value === 'string' && isObjectText(value) ? parseJson(value) : null;
  return isRecord(parsed) ? [parsed] : [];
}

function isObjectText(text: string): boolean {
  return /^\s{0,8}\{/.test(text);
}
