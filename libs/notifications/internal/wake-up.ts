import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';

/** Wakes who waits for work. A call while nobody sleeps is kept for the next who would. */
@Injectable()
export class WakeUp {
  #called = new AbortController();
  #news = 0;

  constructor(private readonly clock: Clock) {}

  /** Counts up with each `call`. */
  get news(): number {
    return this.#news;
  }

  /** Something may have become due. */
  call(): void {
    this.#news += 1;
    this.nudge();
  }

  /** Whoever sleeps may do more of what was due already. */
  nudge(): void {
    // Called by the thousand: without a reason each call would make an error with its stack.
    if (!this.#called.signal.aborted) this.#called.abort('called');
  }

  /** Returns when it was called, the time is over, or the signal is aborted. */
  async wait(milliseconds: number, stop: AbortSignal): Promise<void> {
    await this.clock.sleep(milliseconds, AbortSignal.any([this.#called.signal, stop]));
    this.#called = new AbortController();
  }
}
