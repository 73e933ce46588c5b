import type { StoredGrantNumbers } from '../grant-spool.js';
import { nameHints } from './entry-name.js';

/** What an entry could be about: what it must hold up as long as it waits. */
export interface EntryAbout {
  /** Its refreshed grant is of this connection; null: it is of none yet, or nothing tells. */
  readonly connectionId: string | null;
  /** The numbers of that grant; null: not told. */
  readonly numbers: { readonly connectNumber: number; readonly attempt: number } | null;
  /** Null: any. */
  readonly tenantId: string | null;
  /** The process whose attempt brought it; null: not known, or no attempt did. */
  readonly attemptProcessId: string | null;
  /** Beginnings of the hashes of its refresh token, and of the one that was spent for it; null: any. */
  readonly pairs: readonly string[] | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const sha256 = /^[0-9a-f]{64}$/;

/**
 * Reads no more than what it is about, which every version of the form says in the same members: also of an entry that
 * this process can't open, or whose form it does not know. A member that is unfit tells nothing; where the content tells
 * nothing, the name does.
 * @param text null: it could not be read
 */
export function aboutEntry(name: string, text: string | null): EntryAbout {
  const hints = nameHints(name);
  const entry = text === null ? {} : membersOf(parsed(text));
  const isRefresh =
    entry['kind'] === 'refresh' || (entry['kind'] === undefined && hints.connectionId !== null);
  const held = fit(membersOf(entry['grant'])['refreshTokenSha256'], sha256);
  return {
    connectionId: fit(entry['connectionId'], uuid) ?? hints.connectionId,
    numbers: numbersOf(entry),
    tenantId: fit(entry['tenantId'], /^.{1,128}$/),
    attemptProcessId: fit(entry['attemptProcessId'], uuid),
    pairs: isRefresh ? toPairs(held) : pairsOfConnect(entry, held, hints.pairs),
  };
}

/** Whether an entry's grant is of the connection, and is not known to be older than the stored one. */
export function isAhead({ connectionId, numbers }: EntryAbout, stored: StoredGrantNumbers): boolean {
  if (connectionId !== stored.connectionId) return false;
  if (numbers === null) return true;
  const { connectNumber, attempt } = numbers;
  if (connectNumber !== stored.connectNumber) return connectNumber > stored.connectNumber;
  return attempt > stored.grantAttempt;
}

function numbersOf({ connectNumber, attempt }: Readonly<Record<string, unknown>>): EntryAbout['numbers'] {
  return isNumber(connectNumber) && isNumber(attempt) ? { connectNumber, attempt } : null;
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Whether an entry is, or could be, what a refresh token of this hash has brought, or what holds it. */
export function couldBeOf({ pairs, tenantId }: EntryAbout, hash: string, ofTenant: string): boolean {
  if (pairs === null) return tenantId === null || tenantId === ofTenant;
  return pairs.some((pair) => hash.startsWith(pair));
}

/** Both hashes have to be told, or any pair could be the one that was spent for it. */
function pairsOfConnect(
  entry: Readonly<Record<string, unknown>>,
  held: string | null,
  fromName: readonly string[] | null,
): readonly string[] | null {
  const spent = fit(entry['spentSha256'], sha256);
  const isTold = held !== null && (spent !== null || entry['spentSha256'] === null);
  return isTold ? [...toPairs(held), ...toPairs(spent)] : fromName;
}

function toPairs(hash: string | null): readonly string[] {
  return hash === null ? [] : [hash];
}

function fit(value: unknown, pattern: RegExp): string | null {
  return typeof value === 'string' && pattern.test(value) ? value : null;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
