import { isUnavailable } from '#kernel';
import type { SpooledGrant, SpoolHandler } from '../grant-spool.js';
import { parseEntry } from './entry-parser.js';
import type { EntrySeal } from './entry-seal.js';
import type { SpoolFolder } from './spool-folder.js';
import type { WaitingEntries } from './waiting-entries.js';
import { isUnreadable, type SpoolTrouble } from './spool-trouble.js';

/**
 * - `aside`: it will never be read, and was moved away by this process;
 * - `gone`: another process has dealt with it;
 * - `unavailable`: the database is away;
 * - `failed`: anything else that may pass.
 */
export type Ending = 'replayed' | 'aside' | 'gone' | 'unavailable' | 'failed';

/** What becomes of one entry. Nothing is thrown. */
export class EntryReplay {
  constructor(
    private readonly folder: SpoolFolder,
    private readonly seal: EntrySeal,
    private readonly trouble: SpoolTrouble,
    private readonly waiting: WaitingEntries,
  ) {}

  async replay(name: string, handler: SpoolHandler): Promise<Ending> {
    let grant: SpooledGrant | null;
    try {
      grant = await this.#read(name);
    } catch (error) {
      return isUnreadable(error) ? this.#setAside(name, error) : this.#kept(name, error);
    }
    return grant === null ? 'gone' : this.#handle(name, grant, handler);
  }

  /** Learns what an entry is about whose turn has not come. One that can't be read stays what its name tells. */
  async look(name: string): Promise<void> {
    this.waiting.learn(name, await this.folder.read(name).catch(() => null));
  }

  /** @returns null where another process has dealt with it */
  async #read(name: string): Promise<SpooledGrant | null> {
    const text = await this.folder.read(name);
    this.waiting.learn(name, text);
    return text === null ? null : this.seal.open(parseEntry(text));
  }

  async #handle(name: string, grant: SpooledGrant, handler: SpoolHandler): Promise<Ending> {
    try {
      await handler(grant);
    } catch (error) {
      return this.#kept(name, error);
    }
    try {
      await this.folder.remove(name);
    } catch (error) {
      // It is saved, and will be once more at the next round.
      this.trouble.keeps(name, error);
    }
    return 'replayed';
  }

  async #setAside(name: string, why: Error): Promise<Ending> {
    try {
      if (!(await this.folder.setAside(name))) return 'gone';
    } catch (error) {
      return this.#kept(name, error);
    }
    this.trouble.movedAside(name, why);
    return 'aside';
  }

  #kept(name: string, error: unknown): Ending {
    this.trouble.keeps(name, error);
    return isUnavailable(error) ? 'unavailable' : 'failed';
  }
}
