import { Logger } from '@nestjs/common';
import { SealBroken } from '#crypto';
import { isUnavailable } from '#kernel';
import { EntryNewer, EntryUnreadable } from './entry-unreadable.js';
import { systemFault } from './spool-disk.js';

/** What is wrong with the spool, told once when it begins: whoever reads the log has to act, not to count. */
export class SpoolTrouble {
  readonly #logger = new Logger('Spool');
  readonly #told = new Set<string>();
  #diskFault: string | null = null;

  /** Why the disk takes nothing at the moment; null: it does, as far as it was asked. */
  get diskFault(): string | null {
    return this.#diskFault;
  }

  diskRefused(error: unknown): void {
    const fault = faultOf(error);
    if (this.#diskFault === null)
      this.#logger.error(
        `The spool in DATA_DIR can't be used (${fault}): grants that the database does not take stay in memory alone.`,
      );
    this.#diskFault = fault;
  }

  diskWorks(): void {
    if (this.#diskFault !== null) this.#logger.log('The spool in DATA_DIR can be used again.');
    this.#diskFault = null;
  }

  movedAside(name: string, why: Error): void {
    this.#logger.error(
      `Spool entry ${name} can't be read (${why.message}) and lies in spool/unreadable now: its grant is not saved.`,
    );
  }

  /** An entry that stays where it is, to be tried again. */
  keeps(name: string, error: unknown): void {
    if (this.#told.has(name) || isUnavailable(error)) return;
    this.#told.add(name);
    const line = `Spool entry ${name} stays in the spool: ${faultOf(error)}`;
    if (error instanceof EntryNewer) this.#logger.warn(line);
    else this.#logger.error(line);
  }

  /** Forgets entries that are gone. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#told) if (!names.has(name)) this.#told.delete(name);
  }
}

/** Whether an entry will never be read: a missing key is our own doing, and mended by adding it. */
export function isUnreadable(error: unknown): error is EntryUnreadable | SealBroken {
  return error instanceof EntryUnreadable || (error instanceof SealBroken && error.fault !== 'unknown_key');
}

function faultOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return systemFault(error) ?? String(message);
}
