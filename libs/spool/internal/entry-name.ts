import { randomBytes } from 'node:crypto';
import type { SpooledConnect, SpooledGrant } from '../grant-spool.js';

const ending = '.json';
const temporaryEnding = '.tmp';
const ourTemporary = /^\d{8}T\d{9}Z_(refresh|connect|probe)_([0-9a-f-]{36}|new)_[0-9a-f]{16}\.json\.tmp$/;
const ourRefresh = /^\d{8}T\d{9}Z_refresh_([0-9a-f-]{36})_[0-9a-f]{16}\.json$/;
const ourConnect = /^\d{8}T\d{9}Z_connect_([0-9a-f]{17})-([0-9a-f]{18}|-{18})_[0-9a-f]{16}\.json$/;
/** In the name of a connect, so that both hashes fill the place of a connection's id. */
const [heldLength, spentLength] = [17, 18] as const;

/**
 * When, what and about what: sorts by time, tells nothing that is secret. A connect may make its connection only when it
 * is replayed: its name tells the beginnings of the hashes of its refresh token and of the one that was spent for it.
 */
export function entryName(grant: SpooledGrant, now: Date): string {
  return nameOf(grant.kind, grant.kind === 'refresh' ? grant.seen.connectionId : pairsOf(grant), now);
}

/** For a file that only finds out whether the disk takes one. */
export function probeName(now: Date): string {
  return temporaryName(nameOf('probe', 'new', now));
}

/** Whatever its name is otherwise: entries may be carried over from a replica that never comes back. */
export function isEntryName(name: string): boolean {
  return name.endsWith(ending) && !name.startsWith('.');
}

export function temporaryName(entry: string): string {
  return `${entry}${temporaryEnding}`;
}

/** @returns the name that the temporary was to get; null where it is none of ours */
export function nameOfTemporary(name: string): string | null {
  return ourTemporary.test(name) ? name.slice(0, -temporaryEnding.length) : null;
}

/** What a name tells of an entry that can't be read. */
export interface NameHints {
  /** Whose refreshed grant it holds; null where the name does not tell. */
  readonly connectionId: string | null;
  /** As in `EntryAbout`; null where the name does not tell. */
  readonly pairs: readonly string[] | null;
}

/**
 * Only a name that is whole is believed: entries may be carried over under any other. Whoever can give a file a name in
 * this folder can remove it as well, so that nothing more is risked by believing it.
 */
export function nameHints(entry: string): NameHints {
  const connectionId = ourRefresh.exec(entry)?.[1] ?? null;
  const [, held, spent] = ourConnect.exec(entry) ?? [];
  if (held === undefined || spent === undefined) return { connectionId, pairs: null };
  return { connectionId, pairs: spent.startsWith('-') ? [held] : [held, spent] };
}

function pairsOf({ grant, spentSha256 }: SpooledConnect): string {
  const held = grant.refreshToken.sha256().toString('hex').slice(0, heldLength);
  return `${held}-${spentSha256?.toString('hex').slice(0, spentLength) ?? '-'.repeat(spentLength)}`;
}

function nameOf(kind: string, subject: string, now: Date): string {
  const time = now.toISOString().replaceAll(/[-:.]/g, '');
  return `${time}_${kind}_${subject}_${randomBytes(8).toString('hex')}${ending}`;
}
