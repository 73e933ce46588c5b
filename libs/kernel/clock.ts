/**
 * The only source of time. Wall time is for people and for values stored beside a database time. Durations and
 * deadlines are measured on the monotonic clock, which cannot be set back.
 */
export abstract class Clock {
  /** Wall time. */
  abstract now(): Date;
  /** Milliseconds on a clock that only goes forward, from an arbitrary zero. */
  abstract monotonicMilliseconds(): number;
  /**
   * Calls back once after at least the given time. Does not keep the process alive.
   * @returns a function that cancels the call; calling it twice or late is harmless
   */
  abstract after(milliseconds: number, callback: () => void): () => void;

  /** Resolves after at least the given time, or when the signal is aborted. Never rejects. */
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
