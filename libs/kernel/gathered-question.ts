import type { Clock } from './clock.js';

/** How many wait for one question; also bounds what is asked at once. */
const mostWaiting = 1_000;
const pauseMilliseconds = 50;

type Waiting = Map<string, PromiseWithResolvers<boolean>>;

/**
 * Asks "which of these are known?" for all who wait, one question at a time and with a pause after each: however many ids
 * are made up, the database is asked at most twenty times a second, and whoever shows a good one waits for no more than
 * its turn.
 */
export class GatheredQuestion {
  #waiting: Waiting = new Map();
  #isAsking = false;

  /** @param ask brings the known ones of those that it is given */
  constructor(
    private readonly ask: (subjects: readonly string[]) => Promise<ReadonlySet<string>>,
    private readonly clock: Clock,
  ) {}

  /**
   * As of a question that is sent after this call.
   * @returns false also where too many wait already
   * @throws what the question throws
   */
  async isKnown(subject: string): Promise<boolean> {
    const joined = this.#waiting.get(subject);
    if (joined !== undefined) return joined.promise;
    if (this.#waiting.size >= mostWaiting) return false;
    const answer = Promise.withResolvers<boolean>();
    this.#waiting.set(subject, answer);
    if (!this.#isAsking) void this.#askInTurn();
    return answer.promise;
  }

  async #askInTurn(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.size > 0) {
      const turn = this.#waiting;
      this.#waiting = new Map();
      await this.#answer(turn);
      await this.clock.sleep(pauseMilliseconds);
    }
    this.#isAsking = false;
  }

  async #answer(turn: Waiting): Promise<void> {
    try {
      const known = await this.ask([...turn.keys()]);
      for (const [subject, { resolve }] of turn) resolve(known.has(subject));
    } catch (error) {
      for (const { reject } of turn.values()) reject(error);
    }
  }
}
