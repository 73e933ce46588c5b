import { Failure, type Clock, type PartHealth, type Secret } from '#kernel';
import {
  GrantSpool,
  type StoredGrantNumbers,
  type SpooledGrant,
  type SpoolHandler,
  type SpoolReplay,
} from '../grant-spool.js';
import { entryName } from './entry-name.js';
import { parseEntry } from './entry-parser.js';
import { EntryReplay, type Ending } from './entry-replay.js';
import type { EntrySeal } from './entry-seal.js';
import { EntryNewer, EntryUnreadable } from './entry-unreadable.js';
import { entryText } from './sealed-entry.js';
import { systemFault } from './spool-disk.js';
import type { SpoolFolder } from './spool-folder.js';
import { SpoolTrouble } from './spool-trouble.js';
import { WaitingEntries } from './waiting-entries.js';

/** Longer than any disk that works takes; whoever waits goes on trying to save meanwhile. */
const longestPutMilliseconds = 10_000;
/** So many in a row, and it is the database: the rest would only wait for the same. */
const mostUnavailable = 3;
/** Entries whose content is looked at in a round beside those whose turn has come. */
const mostLooks = 200;

export class FolderSpool extends GrantSpool {
  readonly #trouble = new SpoolTrouble();
  readonly #waiting = new WaitingEntries();
  #aside = 0;
  /** Whether a write has shown, or a probe has, that the disk takes entries. */
  #proven = false;
  readonly #rounds = new ReplayRounds<SpoolReplay>();
  readonly #entries: EntryReplay;

  constructor(
    private readonly folder: SpoolFolder,
    private readonly seal: EntrySeal,
    private readonly clock: Clock,
  ) {
    super();
    this.#entries = new EntryReplay(folder, seal, this.#trouble, this.#waiting);
  }

  override async put(grant: SpooledGrant): Promise<void> {
    const name = entryName(grant, this.clock.now());
    let text: string;
    try {
      text = entryText(await this.seal.seal(grant));
      // What this process could not read back, none could.
      parseEntry(text);
      await this.#inTime(this.folder.write(name, text));
    } catch (error) {
      this.#diskRefused(error);
      throw new Failure('broker_unavailable', 'The tokens could not be stored yet.', {
        internal: `spool: ${systemFault(error) ?? 'no answer of the disk'}`,
        cause: error,
        retryAfterSeconds: 5,
      });
    }
    this.#diskWorks();
    this.#waiting.learn(name, text);
  }

  override replay(handler: SpoolHandler): Promise<SpoolReplay> {
    return this.#rounds.join(() => this.#replayAll(handler));
  }

  override waiting(): number {
    return this.#waiting.size;
  }

  override holds(stored: StoredGrantNumbers): boolean {
    return this.#waiting.holds(stored);
  }

  override couldHold(refreshToken: Secret, tenantId: string): boolean {
    return this.#waiting.couldBeOf(refreshToken.sha256().toString('hex'), tenantId);
  }

  override attemptOwners(): ReadonlySet<string> {
    return this.#waiting.attemptProcessIds();
  }

  override health(): PartHealth {
    const { diskFault } = this.#trouble;
    const troubled = this.#waiting.size > 0 || this.#aside > 0;
    return {
      part: 'spool',
      status: diskFault !== null ? 'down' : troubled ? 'degraded' : 'ok',
      facts: { waiting: this.#waiting.size, unreadable: this.#aside, diskFault },
    };
  }

  async #replayAll(handler: SpoolHandler): Promise<SpoolReplay> {
    const counts: Record<Ending, number> = { replayed: 0, aside: 0, failed: 0, unavailable: 0, gone: 0 };
    let unavailableInARow = 0;
    const names = await this.#look();
    for (const name of names ?? []) {
      const ending = await this.#entries.replay(name, handler);
      counts[ending] += 1;
      if (ending !== 'failed' && ending !== 'unavailable') this.#waiting.forget(name);
      unavailableInARow = ending === 'unavailable' ? unavailableInARow + 1 : 0;
      if (unavailableInARow === mostUnavailable) break;
    }
    await this.#lookAtTheRest();
    this.#aside += counts.aside;
    return {
      replayed: counts.replayed,
      aside: counts.aside,
      failed: counts.failed + counts.unavailable,
      blind: names === null,
    };
  }

  /** @returns what is there; null where the folder can't be looked at */
  async #look(): Promise<readonly string[] | null> {
    const before = this.#waiting.names();
    try {
      const { entries, temporaries } = await this.folder.look();
      await this.#rescue(temporaries);
      const names = temporaries.length === 0 ? entries : await this.folder.entries();
      for (const gone of before.difference(new Set(names))) this.#waiting.forget(gone);
      for (const name of names) this.#waiting.learn(name, null);
      this.#aside = await this.folder.countAside();
      this.#trouble.keepOnly(this.#waiting.names().union(new Set(temporaries)));
      await this.#probe();
      return names;
    } catch (error) {
      this.#diskRefused(error);
      return null;
    }
  }

  /** Before the first entry has to be put, and until the disk takes them again: health tells of it in time. */
  async #probe(): Promise<void> {
    if (this.#proven) return;
    try {
      await this.folder.probe();
      this.#diskWorks();
    } catch (error) {
      this.#diskRefused(error);
    }
  }

  async #rescue(names: readonly string[]): Promise<void> {
    for (const name of names) {
      try {
        await this.folder.rescue(name, isWhole);
      } catch (error) {
        this.#trouble.keeps(name, error);
      }
    }
  }

  /** A round that was cut short has not come to all: what they could be about is learnt all the same, by and by. */
  async #lookAtTheRest(): Promise<void> {
    const unread = [...this.#waiting.names()].filter((name) => !this.#waiting.isRead(name));
    for (const name of unread.slice(0, mostLooks)) await this.#entries.look(name);
  }

  #diskRefused(error: unknown): void {
    this.#proven = false;
    this.#trouble.diskRefused(error);
  }

  #diskWorks(): void {
    this.#proven = true;
    this.#trouble.diskWorks();
  }

  /** A write that comes through after all is an entry like any other. */
  async #inTime(writing: Promise<void>): Promise<void> {
    const over = new AbortController();
    const late = this.clock.sleep(longestPutMilliseconds, over.signal).then(() => {
      if (!over.signal.aborted) throw new Error('the disk gives no answer');
    });
    try {
      await Promise.race([writing, late]);
    } finally {
      over.abort();
    }
  }
}

/** A newer broker's is whole as well: it is nothing to throw away. */
function isWhole(text: string): boolean {
  try {
    parseEntry(text);
    return true;
  } catch (error) {
    if (error instanceof EntryNewer) return true;
    if (error instanceof EntryUnreadable) return false;
    throw error;
  }
}

/**
 * Rounds of a work one after the other. A round that is under way may have looked before the caller's matter was there:
 * what callers share is the next one.
 */
class ReplayRounds<Result> {
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<Result> | null = null;

  /** @returns the result of a round that begins after this call; it may be another caller's */
  join(round: () => Promise<Result>): Promise<Result> {
    if (this.#next === null) {
      const next = this.#last.then(() => {
        this.#next = null;
        return round();
      });
      this.#next = next;
      this.#last = next.catch(() => undefined);
    }
    return this.#next;
  }
}
