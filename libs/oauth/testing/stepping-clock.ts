import { ManualClock } from '#kernel/testing';

/** Time passes as soon as somebody waits for it. */
export class SteppingClock extends ManualClock {
  override after(milliseconds: number, callback: () => void): () => void {
    const cancel = super.after(milliseconds, callback);
    setImmediate(() => {
      this.advance(milliseconds);
    });
    return cancel;
  }
}
