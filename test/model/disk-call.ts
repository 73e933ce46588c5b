import type { DiskStep } from './memory-spool.js';
import type { Call, Caller, Turn } from './surroundings.js';

/** One step on its way to the disk and back. */
export class DiskCall<Answer> implements Call {
  readonly isBounded = true;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;

  private constructor(
    readonly process: Caller,
    readonly name: DiskStep,
    private readonly execute: () => Answer,
    [resolve, reject]: readonly [(answer: Answer) => void, (error: Error) => void],
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  static make<Answer>(process: Caller, step: DiskStep, execute: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      process.world.add(new DiskCall(process, step, execute, [resolve, reject]));
    });
  }

  /** A write whose answer is lost lies there all the same: the folder could not be synced, or it came too late. */
  turn(how: Turn): boolean {
    const { process, name } = this;
    const { disk } = process.machine;
    const takes = disk === 'works' || (disk === 'full' && name !== 'write to the spool');
    const answer = how !== 'lose_request' && takes ? { is: this.execute() } : null;
    process.deliver(() => {
      if (answer === null || how === 'lose_answer') this.#reject(new Error('the disk refuses'));
      else this.#resolve(answer.is);
    });
    return false;
  }
}
