import { Injectable } from '@nestjs/common';
import { Clock, Failure } from '#kernel';
import { TokensOptions } from '../../options.js';

/** The end of a caller's wait, on the monotonic clock. */
export class Deadline {
  readonly #setAt: number;
  readonly #at: number;

  constructor(
    private readonly clock: Clock,
    milliseconds: number,
  ) {
    this.#setAt = clock.monotonicMilliseconds();
    this.#at = this.#setAt + milliseconds;
  }

  /** Seconds that the caller has waited. */
  waitedSeconds(): number {
    return (this.clock.monotonicMilliseconds() - this.#setAt) / 1_000;
  }

  remainingMilliseconds(): number {
    return Math.max(0, this.#at - this.clock.monotonicMilliseconds());
  }

  passed(): boolean {
    return this.remainingMilliseconds() === 0;
  }

  /** @returns the result of the work, or null if the deadline came first; the work continues */
  async orNull<Result>(work: Promise<Result>): Promise<Result | null> {
    const late = Promise.withResolvers<null>();
    // No signal: aborting one makes an error with its stack, and every read waits here.
    const cancel = this.clock.after(this.remainingMilliseconds(), () => {
      late.resolve(null);
    });
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      cancel();
    }
  }
}

/** Time beyond the wait for Deskera: for the database and for the answer. */
const graceMilliseconds = 1_000;

/** The time within which a caller gets an answer: `DESKERA_TIMEOUT_SECONDS` + 2, of which the door needs a part. */
@Injectable()
export class ResponseDeadline {
  constructor(
    private readonly options: TokensOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * @param work receives the deadline for Deskera; continues if the caller is answered first
   * @throws Failure `broker_unavailable` if the work does not end in time
   */
  async keep<Result>(work: (deadline: Deadline) => Promise<Result>): Promise<Result> {
    const waitMilliseconds = this.options.timeoutSeconds * 1_000;
    const whole = new Deadline(this.clock, waitMilliseconds + graceMilliseconds);
    const ended = await whole.orNull(
      work(new Deadline(this.clock, waitMilliseconds)).then((result) => ({ result })),
    );
    if (ended !== null) return ended.result;
    throw new Failure('broker_unavailable', 'The broker could not answer in time.', { retryAfterSeconds: 1 });
  }
}
