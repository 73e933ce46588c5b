import { setTimeout as wait } from 'node:timers/promises';
import type { DeskeraProcess } from '../../test/chaos/deskera-process.js';
import type { CountersSnapshot, JournalEntry } from '#sandbox';

export interface RefreshRun {
  /** From the arrival of the first call to the end of the last. */
  readonly perSecond: number;
  readonly calls: number;
  /** Grants that were asked for more than once. */
  readonly twice: number;
  readonly failed: number;
}

/** Each look is a call among those that are measured. */
const lookMilliseconds = 200;

/** What the sandbox sees of refreshes, one run of them after the other. */
export class RefreshJournal {
  #entries: JournalEntry[] = [];
  #seen = 0;
  #succeededBefore = 0;

  constructor(private readonly deskera: DeskeraProcess) {}

  /** What was before belongs to no run. */
  async begin(): Promise<void> {
    await this.#readOn();
    this.#entries = [];
    this.#succeededBefore = await this.#succeeded();
  }

  /** Resolves once so many refreshes have succeeded. */
  async ended(count: number, milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while ((await this.#succeeded()) < this.#succeededBefore + count) {
      if (performance.now() > deadline) throw new Error('Not all was refreshed in time.');
      await wait(lookMilliseconds);
    }
  }

  /** Reads what was written down, which is work: after what is measured. */
  async run(): Promise<RefreshRun> {
    await this.#readOn();
    const ended = this.#entries.filter((entry) => entry.kind === 'refresh_ended');
    const arrived = this.#entries.filter((entry) => entry.kind === 'refresh_arrived');
    const took = (ended.at(-1)?.at ?? NaN) - (arrived[0]?.at ?? NaN);
    return {
      perSecond: (ended.length / took) * 1_000,
      calls: arrived.length,
      twice: arrived.length - new Set(arrived.map(({ grantId }) => grantId)).size,
      failed: ended.filter(({ outcome }) => outcome !== 'succeeded').length,
    };
  }

  /** Asked while it goes on: the journal would cost more than the refreshes. */
  async #succeeded(): Promise<number> {
    const counters = await fetch(`${this.deskera.url}/sandbox/counters`);
    return ((await counters.json()) as CountersSnapshot).refreshesSucceeded;
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const { items, dropped } = await this.deskera.journal(this.#seen);
      if (dropped > 0 && this.#seen > 0)
        throw new Error('The journal lost entries: what is counted would be wrong.');
      if (items.length === 0) return;
      this.#entries.push(...items);
      this.#seen = items.at(-1)?.seq ?? this.#seen;
    }
  }
}
