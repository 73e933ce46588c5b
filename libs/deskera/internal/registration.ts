import type { Clock, Secret } from '#kernel';
import type { ClientCredentials } from '../options.js';

const probePauseMilliseconds = 30_000;

/**
 * What is known of a registered client's secrets at one host. The one that worked last is tried first. Where all were
 * refused, one call in 30 s goes out as a probe, with one secret, each in its turn.
 */
export class Registration {
  #works = 0;
  #refusedSince: Date | null = null;
  #nextProbeAt = 0;
  #nextProbe = 0;

  constructor(
    private readonly credentials: ClientCredentials,
    private readonly clock: Clock,
  ) {}

  get clientId(): string {
    return this.credentials.clientId;
  }

  get refusedSince(): Date | null {
    return this.#refusedSince;
  }

  /** All were refused, and a probe went out lately. */
  get holdsBack(): boolean {
    return this.#refusedSince !== null && this.clock.monotonicMilliseconds() < this.#nextProbeAt;
  }

  /** The secrets that a call may try, in order; none: all were refused, and a probe went out lately. */
  secretsToTry(): readonly Secret[] {
    const { clientSecrets } = this.credentials;
    if (this.#refusedSince === null) {
      const first = clientSecrets.slice(this.#works, this.#works + 1);
      return [...first, ...clientSecrets.filter((_, index) => index !== this.#works)];
    }
    if (this.holdsBack) return [];
    this.#nextProbeAt = this.clock.monotonicMilliseconds() + probePauseMilliseconds;
    const probe = this.#nextProbe % clientSecrets.length;
    this.#nextProbe = probe + 1;
    return clientSecrets.slice(probe, probe + 1);
  }

  /** @returns true where this is news: another one worked before, or none did */
  accepted(secret: Secret): boolean {
    const index = this.credentials.clientSecrets.indexOf(secret);
    const isNews = index !== this.#works || this.#refusedSince !== null;
    this.#works = index;
    this.#refusedSince = null;
    return isNews;
  }

  /** @returns true where this is news */
  allRefused(): boolean {
    if (this.#refusedSince !== null) return false;
    this.#refusedSince = this.clock.now();
    this.#nextProbeAt = this.clock.monotonicMilliseconds() + probePauseMilliseconds;
    return true;
  }
}
