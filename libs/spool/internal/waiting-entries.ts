import type { StoredGrantNumbers } from '../grant-spool.js';
import { aboutEntry, couldBeOf, isAhead, type EntryAbout } from './entry-about.js';

/** The entries that wait, as far as this process knows, with what each could be about. */
export class WaitingEntries {
  readonly #entries = new Map<string, EntryAbout>();
  /** Entries whose content was looked at. */
  readonly #read = new Set<string>();

  get size(): number {
    return this.#entries.size;
  }

  names(): ReadonlySet<string> {
    return new Set(this.#entries.keys());
  }

  /** @param text null: its content could not be read, or has not been */
  learn(name: string, text: string | null): void {
    if (text !== null) this.#read.add(name);
    else if (this.#entries.has(name)) return;
    this.#entries.set(name, aboutEntry(name, text));
  }

  isRead(name: string): boolean {
    return this.#read.has(name);
  }

  forget(name: string): void {
    this.#entries.delete(name);
    this.#read.delete(name);
  }

  /** Whether a refreshed grant of this connection waits that may be newer than the stored one. */
  holds(stored: StoredGrantNumbers): boolean {
    return this.#some((about) => isAhead(about, stored));
  }

  /** @param hash of a refresh token, in hexadecimal */
  couldBeOf(hash: string, tenantId: string): boolean {
    return this.#some((about) => couldBeOf(about, hash, tenantId));
  }

  attemptProcessIds(): ReadonlySet<string> {
    const owners = [...this.#entries.values()].map(({ attemptProcessId }) => attemptProcessId);
    return new Set(owners.filter((owner) => owner !== null));
  }

  #some(is: (about: EntryAbout) => boolean): boolean {
    return [...this.#entries.values()].some(is);
  }
}
