import { Injectable } from '@nestjs/common';
import { DatabaseTime } from '#database';
import { ServiceKeyStore } from './service-key-store.js';

/**
 * The number of cached keys; if more keys are used between two writes, the later ones are recorded at their next use.
 */
const mostKeys = 10_000;
const keysPerWrite = 1_000;

/** Collects the last use of keys in memory until it is written. */
@Injectable()
export class KeyUses {
  readonly #lastAt = new Map<string, number>();

  constructor(
    private readonly store: ServiceKeyStore,
    private readonly time: DatabaseTime,
  ) {}

  /** Records a use. Every call runs it, so it never waits. */
  used(keyId: string): void {
    if (this.#lastAt.size >= mostKeys && !this.#lastAt.has(keyId)) return;
    this.#lastAt.set(keyId, this.time.nowMilliseconds());
  }

  /**
   * Writes all uses that were recorded before the call. A repeat is harmless: the newest time wins.
   * @throws Failure `broker_unavailable`: the rest is kept
   */
  async write(): Promise<void> {
    const noted = [...this.#lastAt];
    for (let from = 0; from < noted.length; from += keysPerWrite) {
      const some = noted.slice(from, from + keysPerWrite);
      await this.store.recordUses(some.map(([keyId, at]) => ({ keyId, at: new Date(at) })));
      for (const [keyId, at] of some) if (this.#lastAt.get(keyId) === at) this.#lastAt.delete(keyId);
    }
  }
}
