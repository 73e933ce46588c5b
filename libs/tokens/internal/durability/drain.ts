import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Deadline } from '../reading/deadline.js';

/** Less than the 25 s of a stop, because the rest has to be closed as well. */
const drainMilliseconds = 20_000;

/** The common time limit of a stopping process for all work in flight. */
@Injectable()
export class Drain {
  #deadline: Deadline | null = null;

  constructor(private readonly clock: Clock) {}

  /**
   * Waits until all work has ended, successfully or not, or the time is over. The time begins with the first call.
   * @param underWay called again after each wait, because work that ends may have started other work
   */
  async until(underWay: () => readonly (Promise<unknown> | null)[]): Promise<void> {
    this.#deadline ??= new Deadline(this.clock, drainMilliseconds);
    while (!this.#deadline.passed()) {
      const left = underWay().filter((each) => each !== null);
      if (left.length === 0) return;
      await this.#deadline.orNull(Promise.allSettled(left));
    }
  }
}
