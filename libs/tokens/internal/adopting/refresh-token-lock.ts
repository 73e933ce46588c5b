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
 * One connect at a time examines and stores a pair: Deskera may hand the same one to two of them, and as long as no
 * connection holds it, nothing else keeps both from spending its refresh token.
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
   * Runs the work while no other connect works on the pair. Nobody can be asked while the database is away: then the work
   * hears that it is not alone for sure, and must spend nothing.
   * @param work may ask at any time whether the claim still covers a call that is sent now
   * @param isStored whether the pair is in its row: else the claim stays until it lapses
   * @throws Failure `deskera_unavailable` where another connect has the pair for longer than a caller waits
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

  /** One that can't be ended lapses. */
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

  /** Counted from before the claim was asked for, so that a pause anywhere between counts. */
  #leavesTimeForACall(askedAt: number): boolean {
    const left = askedAt + this.#longestSeconds() * 1_000 - this.clock.monotonicMilliseconds();
    return left >= this.leaseRenewer.callSeconds * 1_000;
  }

  /** A check, a refresh, and storing what it brought. */
  #longestSeconds(): number {
    return this.options.timeoutSeconds * 2 + this.leaseRenewer.callSeconds;
  }
}

function busy(): Failure {
  return new Failure('deskera_unavailable', 'Another connect with these very tokens is under way.', {
    retryAfterSeconds: 5,
  });
}
