import type { ClientClock } from '../clock.js';

/** A clock on which every wait is over at once, but for those as long as the limit of an attempt: they never end. */
export class QuickClock implements ClientClock {
  now = 1_000;
  /** In milliseconds, in their order. */
  readonly waits: number[] = [];

  constructor(private readonly limitSeconds = 15) {}

  monotonicMilliseconds(): number {
    return this.now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    if (milliseconds >= this.limitSeconds * 1_000) return () => undefined;
    this.waits.push(milliseconds);
    const timer = setImmediate(() => {
      this.now += milliseconds;
      callback();
    });
    return () => {
      clearImmediate(timer);
    };
  }
}
