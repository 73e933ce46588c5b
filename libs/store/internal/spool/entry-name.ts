import { randomBytes } from 'node:crypto';
import type { SpooledGrant } from '../../grant-spool.js';

const ending = '.json';
const temporaryEnding = '.tmp';
const ourTemporary = /^\d{8}T\d{9}Z_(refresh|connect|probe)_([0-9a-f-]{36}|new)_[0-9a-f]{16}\.json\.tmp$/;
const ourRefresh = /^\d{8}T\d{9}Z_refresh_([0-9a-f-]{36})_[0-9a-f]{16}\.json$/;

/**
 * When, what and which connection: sorts by time, tells nothing that is secret. A connect may make its connection only
 * when it is replayed: `new`.
 */
export function entryName(grant: SpooledGrant, now: Date): string {
  return nameOf(grant.kind, grant.kind === 'refresh' ? grant.seen.connectionId : 'new', now);
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

/** @returns the connection whose refreshed grant the entry holds; null where its name does not tell */
export function connectionOf(entry: string): string | null {
  return ourRefresh.exec(entry)?.[1] ?? null;
}

function nameOf(kind: string, subject: string, now: Date): string {
  const time = now.toISOString().replaceAll(/[-:.]/g, '');
  return `${time}_${kind}_${subject}_${randomBytes(8).toString('hex')}${ending}`;
}
