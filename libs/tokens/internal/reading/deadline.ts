import { Injectable } from '@nestjs/common';
import { Clock, Failure } from '#kernel';
import { TokensOptions } from '../../options.js';

/** The moment until which a caller waits, on the monotonic clock. */
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

  /** How long its caller has waited so far. */
  waitedSeconds(): number {
    return (this.clock.monotonicMilliseconds() - this.#setAt) / 1_000;
  }

  remainingMilliseconds(): number {
    return Math.max(0, this.#at - this.clock.monotonicMilliseconds());
  }

  passed(): boolean {
    return this.remainingMilliseconds() === 0;
  }

  /** @returns the work's result, or null where the deadline came first; the work itself goes on. */
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

/** Beyond the time a caller waits for Deskera: for the database, and for the answer itself. */
const graceMilliseconds = 1_000;

/** The time in which a caller is promised an answer: `DESKERA_TIMEOUT_SECONDS` + 2, of which the door needs some. */
@Injectable()
export class ResponseDeadline {
  constructor(
    private readonly options: TokensOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * @param work hears until when it may wait for Deskera; it goes on where its caller is answered before it ends
   * @throws Failure `broker_unavailable` where it does not end in time
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
