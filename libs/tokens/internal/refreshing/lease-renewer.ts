import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '#kernel';
import { ConnectionLeases, type Lease } from '#connections';
import { TokensOptions } from '../../options.js';

/** A save that fails after its time limit, and a disk that is slow. */
const longestStoringSeconds = 15;

/** Leases last two of the longest times a caller waits, and are renewed four times in that while a call goes on. */
@Injectable()
export class LeaseRenewer implements BeforeApplicationShutdown {
  readonly #held = new Set<Lease>();

  constructor(
    private readonly leases: ConnectionLeases,
    private readonly options: TokensOptions,
    private readonly clock: Clock,
  ) {}

  get leaseSeconds(): number {
    return this.options.timeoutSeconds * 2;
  }

  /** A refresh is read for up to three times as long as a caller waits; then what it brought is stored. */
  get callSeconds(): number {
    return this.options.timeoutSeconds * 3 + longestStoringSeconds;
  }

  /**
   * Whether a lease asked for at this moment still leaves time for one call. Counted on the monotonic clock from before
   * the statement was sent, so that a pause anywhere between counts.
   * @param askedAt monotonic milliseconds
   */
  leavesTimeForACall(askedAt: number): boolean {
    const left = askedAt + this.leaseSeconds * 1_000 - this.clock.monotonicMilliseconds();
    return left >= this.options.timeoutSeconds * 1_000;
  }

  /** Renews the lease while the work goes on. A renewal that fails is no reason to stop: the save has its own rule. */
  async during<Result>(lease: Lease, attempt: number | null, work: () => Promise<Result>): Promise<Result> {
    const endRenewals = this.#renew(lease, attempt);
    this.#held.add(lease);
    try {
      return await work();
    } finally {
      this.#held.delete(lease);
      await endRenewals();
    }
  }

  /** What the drain could not wait for is left to the other replicas; attempts stay open on record. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.#held].map((lease) => this.leases.release(lease)));
  }

  /** @returns ends them; resolves when none is under way any more */
  #renew(lease: Lease, attempt: number | null): () => Promise<void> {
    let over = false;
    let renewal = Promise.resolve();
    let cancel = (): void => undefined;
    const renewOnce = async (): Promise<void> => {
      const kept = await this.leases.renew(lease, this.leaseSeconds, attempt).catch(() => true);
      if (kept && !over) wait();
    };
    const wait = (): void => {
      cancel = this.clock.after((this.leaseSeconds * 1_000) / 4, () => {
        renewal = renewOnce();
      });
    };
    wait();
    return () => {
      over = true;
      cancel();
      return renewal;
    };
  }
}
