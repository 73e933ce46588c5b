import { mayBeLogged, redacted } from './sensitive-members.js';

const deepest = 5;
const mostItems = 50;
const longestText = 4_096;

export type Members = Readonly<Record<string, unknown>>;

/**
 * The same members, as far as a log may hold them: texts under telling names are redacted at any depth, errors keep
 * what says where and why but none of what was attached to them, and everything has a limit.
 */
export function loggable(members: Members): Record<string, unknown> {
  return objectOf(members, 0);
}

function valueOf(name: string, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return mayBeLogged(name, value) ? value.slice(0, longestText) : redacted;
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[deeper]';
  if (value instanceof Error) return errorOf(value, depth + 1);
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => valueOf(name, item, depth + 1));
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (saysItself(value)) return valueOf(name, value.toJSON(), depth + 1);
  return objectOf(value as Members, depth + 1);
}

/** Dates, and secrets, which say that they are one. */
function saysItself(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function objectOf(members: Members, depth: number): Record<string, unknown> {
  const entries = Object.entries(members).slice(0, mostItems);
  return Object.fromEntries(entries.map(([name, value]) => [name, valueOf(name, value, depth)]));
}

/**
 * An axios error carries the request with its headers and body, a database error the statement's parameters, and
 * both are ordinary members: so an error is described by the members that are known to be harmless.
 */
function errorOf(error: Error, depth: number): Members {
  const code = 'code' in error ? { code: valueOf('code', error.code, depth) } : {};
  const cause = error.cause === undefined ? {} : { cause: valueOf('cause', error.cause, depth) };
  return {
    type: error.name,
    message: error.message.slice(0, longestText),
    stack: (error.stack ?? '').slice(0, longestText),
    ...code,
    ...cause,
  };
}
