import { Injectable } from '@nestjs/common';
import { Clock, Failure, isUnavailable, type Secret } from '#kernel';
import { ConnectionAdoptions, type AdoptionClaim } from '#connections';
import { TokensOptions } from '../../options.js';
import { Deadline } from '../reading/deadline.js';
import { LeaseRenewer } from '../refreshing/lease-renewer.js';

const lookAgainMilliseconds = 200;

interface Claimed {
  readonly claim: AdoptionClaim | null;
  /** Monotonic milliseconds. */
  readonly askedAt: number;
}

/**
 * Lets one connect at a time examine and store a pair. Deskera may return the same pair to two connects, and as long
 * as no connection holds it, nothing else keeps both from using its refresh token.
 */
@Injectable()
export class RefreshTokenLock {
  constructor(
    private readonly adoptions: ConnectionAdoptions,
    private readonly leaseRenewer: LeaseRenewer,
    private readonly options: TokensOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs the work while no other connect works on the pair. While the database is away this is unknown: the work then
   * learns that it may not be alone, and must not use the refresh token.
   * @param work may ask at any time whether the claim still covers a call that is sent now
   * @param isStored whether the pair is stored in its row: if not, the claim stays until it expires
   * @throws Failure `deskera_unavailable` if another connect holds the pair for longer than a caller waits
   */
  async runExclusive<Result>(
    refreshToken: Secret,
    work: (isAlone: boolean, maySend: () => boolean) => Promise<Result>,
    isStored: (result: Result) => boolean,
  ): Promise<Result> {
    const { claim, askedAt } = await this.#claim(refreshToken);
    const maySend = (): boolean => claim !== null && this.#leavesTimeForACall(askedAt);
    try {
      const result = await work(claim !== null, maySend);
      if (isStored(result)) await this.#end(claim);
      return result;
    } catch (error) {
      if (!isUnavailable(error)) await this.#end(claim);
      throw error;
    }
  }

  /** A claim that cannot be released expires. */
  async #end(claim: AdoptionClaim | null): Promise<void> {
    if (claim !== null) await this.adoptions.endClaim(claim).catch(() => undefined);
  }

  /** None while the database is away. */
  async #claim(refreshToken: Secret): Promise<Claimed> {
    const deadline = new Deadline(this.clock, this.options.timeoutSeconds * 1_000);
    try {
      for (;;) {
        const askedAt = this.clock.monotonicMilliseconds();
        const claim = await this.adoptions.claim(refreshToken, this.#longestSeconds());
        if (claim !== null) return { claim, askedAt };
        if (deadline.passed()) throw busy();
        await this.clock.sleep(lookAgainMilliseconds);
      }
    } catch (error) {
      if (isUnavailable(error)) return { claim: null, askedAt: -Infinity };
      throw error;
    }
  }

  /** Counted from before the claim was requested, so that a pause at any point counts. */
  #leavesTimeForACall(askedAt: number): boolean {
    const left = askedAt + this.#longestSeconds() * 1_000 - this.clock.monotonicMilliseconds();
    return left >= this.leaseRenewer.callSeconds * 1_000;
  }

  /** Time for a check, a refresh, and saving its grant. */
  #longestSeconds(): number {
    return this.options.timeoutSeconds * 2 + this.leaseRenewer.callSeconds;
  }
}

function busy(): Failure {
  return new Failure('deskera_unavailable', 'Another connect with these very tokens is under way.', {
    retryAfterSeconds: 5,
  });
}
