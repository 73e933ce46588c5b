import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Deadline } from '../reading/deadline.js';

/** Less than the 25 s that a stopping process is granted: what is left then has to be closed as well. */
const drainMilliseconds = 20_000;

/** The one time limit of a stopping process, for all that has to come to its end first. */
@Injectable()
export class Drain {
  #deadline: Deadline | null = null;

  constructor(private readonly clock: Clock) {}

  /**
   * Waits until nothing is under way any more, failures too, or the time is over. It begins with the first who waits.
   * @param underWay asked again after each wait: what ends may have begun something else
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
