import { Failure } from '#kernel';
import type { Call, Caller, Turn } from './surroundings.js';

const reads = new Set(['read the tenant', 'read the row', 'read the token', 'find the owner']);

/** One statement on its way to the database and back. */
export class DatabaseCall<Answer> implements Call {
  readonly isBounded = true;
  readonly #execute: () => Answer;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (failure: Failure) => void;

  private constructor(
    readonly process: Caller,
    readonly name: string,
    execute: () => Answer,
    [resolve, reject]: readonly [(answer: Answer) => void, (failure: Failure) => void],
  ) {
    this.#execute = execute;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  static make<Answer>(process: Caller, name: string, execute: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      process.world.add(new DatabaseCall(process, name, execute, [resolve, reject]));
    });
  }

  turn(how: Turn): boolean {
    const { process } = this;
    if (how === 'lose_request' || !process.world.databaseIsUp || process.machine.isCut) this.#fail();
    else if (!reads.has(this.name) && !process.canWrite) {
      process.deliver(() => {
        process.writeRefused();
      });
      this.#fail();
    } else {
      const answer = this.#execute();
      if (how === 'lose_answer') this.#fail();
      else
        process.deliver(() => {
          this.#resolve(answer);
        });
    }
    return false;
  }

  #fail(): void {
    const failure = new Failure('broker_unavailable', 'The database does not answer.');
    this.process.deliver(() => {
      this.#reject(failure);
    });
  }
}
