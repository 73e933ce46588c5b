import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#kernel';
import type { PassingFailure } from '../outcome.js';
import { Breaker, type Permit } from './breaker.js';

type Ending = { readonly kind: string } | PassingFailure;

/** A 429 and every 4XX are answers: one tenant's trouble stops no other's calls. */
const hostTrouble: readonly string[] = ['connection_failed', 'timeout', 'reset', 'server_error'];

const unusedMilliseconds = 600_000;

/** One breaker for each of Deskera's API hosts. */
@Injectable()
export class Breakers {
  readonly #logger = new Logger('Deskera');
  readonly #byHost = new Map<string, Breaker>();
  readonly #apiUrls = new Set<string>();

  constructor(private readonly clock: Clock) {}

  /** Makes the call unless its host is known to be away: then nothing is sent. */
  async run<Outcome extends { readonly kind: string }>(
    apiUrl: string,
    call: () => Promise<Outcome>,
  ): Promise<Outcome | PassingFailure> {
    this.#apiUrls.add(apiUrl);
    const host = new URL(apiUrl).host;
    const breaker = this.#of(host);
    const permit = breaker.admit();
    if (typeof permit === 'number') return breakerOpen(permit);
    try {
      const outcome = await call();
      const wasOpen = breaker.openSince !== null;
      report(permit, outcome);
      this.#tell(host, wasOpen, breaker.openSince !== null);
      return outcome;
    } catch (error) {
      permit.unused();
      throw error;
    }
  }

  /** The API URLs to which no call would be made now, not even as a probe. */
  heldBack(): readonly string[] {
    return this.#apiUrlsWhere(({ admits }) => !admits);
  }

  /** The API URLs whose hosts are away as far as is known, and would be asked now. */
  awaitingProbe(): readonly string[] {
    return this.#apiUrlsWhere(({ openSince, admits }) => openSince !== null && admits);
  }

  /** Since when the host that has been away longest is away; null: all answer. */
  openSince(): Date | null {
    this.#forgetUnused();
    const since = [...this.#byHost.values()].flatMap(({ openSince }) => openSince ?? []);
    return since.reduce<Date | null>((first, next) => (first === null || next < first ? next : first), null);
  }

  #apiUrlsWhere(holds: (breaker: Breaker) => boolean): readonly string[] {
    return [...this.#apiUrls].filter((apiUrl) => {
      const breaker = this.#byHost.get(new URL(apiUrl).host);
      return breaker !== undefined && holds(breaker);
    });
  }

  #of(host: string): Breaker {
    const present = this.#byHost.get(host);
    if (present !== undefined) return present;
    const breaker = new Breaker(this.clock);
    this.#byHost.set(host, breaker);
    return breaker;
  }

  /** A host that no connection has any more stays away for ever: nobody asks whether it is back. */
  #forgetUnused(): void {
    for (const [host, { openSince, idleMilliseconds }] of this.#byHost) {
      if (openSince !== null && idleMilliseconds > unusedMilliseconds) this.#byHost.delete(host);
    }
  }

  #tell(host: string, wasOpen: boolean, isOpen: boolean): void {
    if (isOpen && !wasOpen)
      this.#logger.warn(`${host} does not answer: calls are held back, but for probes.`);
    if (wasOpen && !isOpen) this.#logger.log(`${host} answers again.`);
  }
}

function report(permit: Permit, outcome: Ending): void {
  const reason = 'reason' in outcome ? outcome.reason : null;
  if (reason === 'not_sent') permit.unused();
  else if (reason !== null && hostTrouble.includes(reason)) permit.failed();
  else permit.answered();
}

function breakerOpen(retryAfterSeconds: number): PassingFailure {
  return {
    kind: 'passing',
    definite: true,
    reason: 'breaker_open',
    retryAfterSeconds,
    summary: 'held back: Deskera does not answer',
  };
}
