/**
 * The only source of time. Wall time is for people and for what is stored beside a database time; durations
 * and deadlines are always measured on the monotonic clock, which no one can set back.
 */
export abstract class Clock {
  /** Wall time. */
  abstract now(): Date;
  /** Milliseconds on a clock that only goes forward; its zero means nothing. */
  abstract monotonicMilliseconds(): number;
  /**
   * Calls back once after at least the given time, and keeps no process alive for it.
   * @returns a function that cancels it; cancelling twice or late is harmless.
   */
  abstract after(milliseconds: number, callback: () => void): () => void;

  /** Resolves after at least the given time, or at once (never rejecting) when the signal is aborted. */
  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const cancel = this.after(milliseconds, done);
      function done(): void {
        signal?.removeEventListener('abort', stop);
        resolve();
      }
      function stop(): void {
        cancel();
        done();
      }
      signal?.addEventListener('abort', stop, { once: true });
    });
  }
}
