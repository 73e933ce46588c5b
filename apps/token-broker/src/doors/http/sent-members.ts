import { Failure } from '#kernel';

/** More than any object of ours has, and than any of our lists. */
const mostMembers = 64;
const mostItems = 1_000;
/** Of what is told to a caller whose request is not valid. */
export const longestFieldName = 64;
export const mostProblems = 20;
export const unknownProblem = 'is not known here';

/**
 * Refuses a body or query before its members are looked at one by one: with too many of them, or with one that every
 * object has, such as `constructor`, which a check by name would take for known.
 *
 * @throws Failure `invalid_request`
 */
export function requireFewMembers(value: unknown): void {
  let level: unknown[] = [value];
  while (level.length > 0) {
    level.forEach(requireFewOwnMembers);
    level = level.flatMap(membersOf);
  }
}

function requireFewOwnMembers(value: unknown): void {
  const names = Array.isArray(value) ? value : Object.keys(isObject(value) ? value : {});
  if (names.length > (Array.isArray(value) ? mostItems : mostMembers)) {
    throw new Failure('invalid_request', 'There are more members or items than any request has.');
  }
  if (Array.isArray(value)) return;
  const inherited = (names as string[]).filter(isInherited);
  if (inherited.length > 0) throw unknownMembers(inherited);
}

/** What every object has, and `prototype`, which Nest takes away before a class could refuse it. */
export function isInherited(name: string): boolean {
  return name in Object.prototype || name === 'prototype';
}

export function unknownMembers(names: readonly string[]): Failure {
  return new Failure('invalid_request', 'Some of what was sent is not valid: see errors.', {
    extensions: {
      errors: names
        .slice(0, mostProblems)
        .map((name) => ({ field: name.slice(0, longestFieldName), problem: unknownProblem })),
    },
  });
}

function membersOf(value: unknown): unknown[] {
  return isObject(value) ? Object.values(value) : [];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
