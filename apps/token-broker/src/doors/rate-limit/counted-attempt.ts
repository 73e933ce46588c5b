import type { Attempt, Failure } from '#kernel';
import type { Standing } from './allowance.js';
import { clientNetwork } from './client-network.js';
import type { RateLimit } from './rate-limit.js';
import { rateLimited } from './rate-limited.js';

/** Whatever knows its caller's address: a request. */
export interface FromAddress {
  readonly ip: string;
}

export interface Refusals {
  /** What the caller of one too many is told. */
  readonly sentence: string;
  readonly whenRefused: () => void;
}

/** A try that counts against its address from when it is charged; a good one costs nothing in the end. */
export class CountedAttempt implements Attempt {
  #standing: Standing | null = null;
  #isRefunded = false;

  /** @param limit null: there is none */
  constructor(
    private readonly limit: RateLimit | null,
    private readonly request: FromAddress,
    private readonly refusals: Refusals,
  ) {}

  get source(): string {
    return clientNetwork(this.request.ip);
  }

  charge(): boolean {
    if (this.limit === null) return true;
    this.#standing ??= this.limit.spend(this.source);
    return this.#standing.allowed;
  }

  refund(): void {
    if (this.#isRefunded) return;
    this.#isRefunded = true;
    if (this.#standing?.allowed === true) this.limit?.giveBack(this.source);
  }

  /**
   * To be asked once, at the end.
   * @returns Failure `rate_limited` for one too many; null where it was within the limit, or did not count in the end
   */
  refusal(): Failure | null {
    if (this.#isRefunded || this.#standing === null || this.#standing.allowed) return null;
    this.refusals.whenRefused();
    return rateLimited(this.#standing, this.refusals.sentence);
  }
}
