import { Injectable } from '@nestjs/common';
import { DatabaseTime } from '#database';
import { ServiceKeyStore } from './service-key-store.js';

/** As many as are remembered as keys; where more are in use between two writes, the later ones wait for the next. */
const mostKeys = 10_000;
const keysPerWrite = 1_000;

/** When keys were last used, in memory until it is written. */
@Injectable()
export class KeyUses {
  readonly #lastAt = new Map<string, number>();

  constructor(
    private readonly store: ServiceKeyStore,
    private readonly time: DatabaseTime,
  ) {}

  /** Somebody was let in with it. Never waits; stands in the way of every call. */
  used(keyId: string): void {
    if (this.#lastAt.size >= mostKeys && !this.#lastAt.has(keyId)) return;
    this.#lastAt.set(keyId, this.time.nowMilliseconds());
  }

  /**
   * Writes what was noted before this was called. Twice is harmless: the newest time stays.
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
