import { Clock } from '../clock.js';

/** The machine's clocks. */
export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }

  override monotonicMilliseconds(): number {
    return performance.now();
  }

  override after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  }
}
