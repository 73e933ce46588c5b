import type { DeskeraProcess } from '../../test/chaos/deskera-process.js';
import type { CountersSnapshot, JournalEntry } from '#sandbox';
import { eventually } from '#kernel/testing';

export interface RefreshRun {
  /** From the arrival of the first call to the end of the last. */
  readonly perSecond: number;
  readonly calls: number;
  /** Grants that were asked for more than once. */
  readonly twice: number;
  readonly failed: number;
}

/** What the sandbox saw from now on. */
export class RefreshJournal {
  readonly #entries: JournalEntry[] = [];

  private constructor(
    private readonly deskera: DeskeraProcess,
    private before = 0,
    private seen = 0,
  ) {}

  static async from(deskera: DeskeraProcess): Promise<RefreshJournal> {
    const journal = new RefreshJournal(deskera);
    await journal.#readOn();
    journal.before = await journal.#succeeded();
    journal.#entries.length = 0;
    return journal;
  }

  /** Once so many refreshes have ended. */
  async after(count: number, milliseconds: number): Promise<RefreshRun> {
    await eventually(async () => (await this.#succeeded()) >= this.before + count, milliseconds);
    await this.#readOn();
    const ended = this.#entries.filter((entry) => entry.kind === 'refresh_ended');
    const arrived = this.#entries.filter((entry) => entry.kind === 'refresh_arrived');
    const failed = ended.filter(({ outcome }) => outcome !== 'succeeded');
    const took = (ended.at(-1)?.at ?? NaN) - (arrived[0]?.at ?? NaN);
    return {
      perSecond: (count / took) * 1_000,
      calls: arrived.length,
      twice: arrived.length - new Set(arrived.map(({ grantId }) => grantId)).size,
      failed: failed.length,
    };
  }

  /** Asked while it goes on: the journal would cost more than the refreshes. */
  async #succeeded(): Promise<number> {
    const counters = await fetch(`${this.deskera.url}/sandbox/counters`);
    return ((await counters.json()) as CountersSnapshot).refreshesSucceeded;
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const { items, dropped } = await this.deskera.journal(this.seen);
      if (dropped > 0) throw new Error('The journal lost entries: what is counted would be wrong.');
      if (items.length === 0) return;
      this.#entries.push(...items);
      this.seen = items.at(-1)?.seq ?? this.seen;
    }
  }
}
