import { Failure } from './failure.js';

const retryAfterSeconds = 1;

interface TurnBounds {
  /** How much work is under way at the same time. */
  readonly atOnce: number;
  /** How much waits for its turn, of one source and of all together. */
  readonly mostOfOneSource: number;
  readonly mostWaiting: number;
  /** What the caller of too much is told. */
  readonly sentence: string;
}

/** Does work that anybody may ask for a little at a time, in the order in which it is asked for. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #bySource = new Map<string, number>();
  #underWay = 0;

  constructor(private readonly bounds: TurnBounds) {}

  /**
   * @param source where the work comes from, such as a client's network
   * @throws Failure `broker_unavailable` where too much waits; else what the work throws
   */
  async take<Result>(source: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#underWay >= this.bounds.atOnce) await this.#wait(source);
    else this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  /** The one that waited for longest takes the place over. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#underWay -= 1;
    else next();
  }

  async #wait(source: string): Promise<void> {
    const { mostOfOneSource, mostWaiting, sentence } = this.bounds;
    const ofSource = this.#bySource.get(source) ?? 0;
    if (this.#waiting.length >= mostWaiting || ofSource >= mostOfOneSource)
      throw new Failure('broker_unavailable', sentence, { retryAfterSeconds });
    this.#bySource.set(source, ofSource + 1);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
    const left = (this.#bySource.get(source) ?? 1) - 1;
    if (left === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, left);
  }
}
