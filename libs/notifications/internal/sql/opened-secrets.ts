import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock, type Secret } from '#kernel';
import { CredentialVault } from '#vault';
import { secretPlace } from './secret-place.js';

/** Twice what twenty endpoints have. */
const most = 80;
const keptMilliseconds = 60_000;

interface Opened {
  readonly secret: Promise<Secret>;
  readonly until: number;
}

/**
 * Secrets that sign just now: a burst of deliveries opens each of them once a minute. A sealed text is looked up whole, and
 * is read from its row for each delivery: a secret that was removed or sealed anew is never found here.
 */
@Injectable()
export class OpenedSecrets {
  readonly #opened = new LRUCache<string, Opened>({ max: most });

  constructor(
    private readonly vault: CredentialVault,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `broker_unavailable` where it can't be opened in this place */
  open(sealed: string, endpointId: string, number: number): Promise<Secret> {
    const key = `${endpointId}/${String(number)}/${sealed}`;
    const now = this.clock.monotonicMilliseconds();
    const present = this.#opened.get(key);
    if (present !== undefined && now < present.until) return present.secret;
    const secret = this.vault.open(sealed, secretPlace(endpointId, number), 'webhook_secret');
    this.#opened.set(key, { secret, until: now + keptMilliseconds });
    secret.catch(() => this.#opened.delete(key));
    return secret;
  }
}
