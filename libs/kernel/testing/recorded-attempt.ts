import type { Attempt } from '../attempt.js';

/** A try that is counted, or one too many, and what became of it. */
export class RecordedAttempt implements Attempt {
  isCharged = false;
  isRefunded = false;

  /** @param isLeft false: the caller's bad tries are used up */
  constructor(
    private readonly isLeft: boolean,
    readonly source = '192.0.2.1',
  ) {}

  charge(): boolean {
    this.isCharged = true;
    return this.isLeft;
  }

  refund(): void {
    this.isRefunded = true;
  }

  /** Whether it counts in the end. */
  get counts(): boolean {
    return this.isCharged && !this.isRefunded;
  }
}
