import { Failure } from './failure.js';

const retryAfterSeconds = 1;

interface TurnBounds {
  /** Maximum number of concurrent tasks. */
  readonly atOnce: number;
  /** Maximum number of waiting tasks, of one source and in total. */
  readonly mostOfOneSource: number;
  readonly mostWaiting: number;
  /** Public sentence for callers beyond the bound. */
  readonly sentence: string;
}

/** Runs tasks that anybody can cause, a few at a time, in the order of their arrival. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #bySource = new Map<string, number>();
  #underWay = 0;

  constructor(private readonly bounds: TurnBounds) {}

  /**
   * @param source source of the task, such as a client's network
   * @throws Failure `broker_unavailable` if too many tasks wait; every error of the task
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

  /** The task that waited longest takes the place. */
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
