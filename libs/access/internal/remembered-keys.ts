import { Injectable } from '@nestjs/common';
import { Clock, GatheredQuestion } from '#kernel';
import { ChangeFeed, type ChangeSubject } from '#database';
import { ServiceKeyStore } from './service-key-store.js';
import { LRUCache } from 'lru-cache';
import { RememberedKey } from './remembered-key.js';

const knownKeys = 10_000;
/** A separate cache, so that a flood of invented ids evicts no valid key. */
const unknownKeys = 1_000;
/** A read that was sent earlier may be older than the freshness that the caller is promised. */
const joinableMilliseconds = 700;

interface Read {
  readonly sentAt: number;
  readonly result: Promise<RememberedKey | null>;
}

/**
 * Caches service keys by id while the change feed proves that no change was missed. A read is cached only if no
 * change of the key arrived since it was sent.
 */
@Injectable()
export class RememberedKeys {
  readonly #known = new LRUCache<string, RememberedKey>({ max: knownKeys });
  readonly #unknown = new LRUCache<string, true>({ max: unknownKeys });
  readonly #reads = new Map<string, Read>();
  readonly #existence: GatheredQuestion;

  constructor(
    private readonly store: ServiceKeyStore,
    private readonly changes: ChangeFeed,
    private readonly clock: Clock,
  ) {
    this.#existence = new GatheredQuestion((keyIds) => store.existing(keyIds), clock);
    changes.subscribe({
      changed: (subject) => {
        this.#forget(subject);
      },
      reset: () => {
        this.#forgetAll();
      },
    });
  }

  /** The cached key; undefined if none is proven to be current. */
  current(keyId: string): RememberedKey | null | undefined {
    if (!this.changes.isFresh()) return undefined;
    return this.#unknown.has(keyId) ? null : this.#known.get(keyId);
  }

  /** The last known key, of any age. */
  last(keyId: string): RememberedKey | undefined {
    return this.#known.get(keyId);
  }

  /**
   * Whether the key exists, by one query for all waiting callers.
   * @param source source of the try, as in `Attempt`
   * @throws Failure `broker_unavailable`, also if too many wait
   */
  async isThere(keyId: string, source: string): Promise<boolean> {
    return this.#existence.isKnown(keyId, source);
  }

  /**
   * Reads the key; concurrent callers share one read.
   * @throws Failure `broker_unavailable`
   */
  async read(keyId: string): Promise<RememberedKey | null> {
    const underway = this.#reads.get(keyId);
    const now = this.clock.monotonicMilliseconds();
    if (underway !== undefined && now - underway.sentAt <= joinableMilliseconds) return underway.result;
    const read: Read = { sentAt: now, result: this.#load(keyId, now) };
    this.#reads.set(keyId, read);
    try {
      const key = await read.result;
      if (this.#reads.get(keyId) === read) this.#keep(keyId, key);
      return key;
    } finally {
      if (this.#reads.get(keyId) === read) this.#reads.delete(keyId);
    }
  }

  async #load(keyId: string, sentAt: number): Promise<RememberedKey | null> {
    const credential = await this.store.findCredential(keyId);
    return credential === null ? null : new RememberedKey(credential, sentAt);
  }

  #keep(keyId: string, key: RememberedKey | null): void {
    if (key === null) {
      this.#known.delete(keyId);
      this.#unknown.set(keyId, true);
    } else {
      this.#known.set(keyId, key);
    }
  }

  #forget(subject: ChangeSubject): void {
    if (!subject.startsWith('key:')) return;
    const keyId = subject.slice('key:'.length);
    this.#known.delete(keyId);
    this.#unknown.delete(keyId);
    this.#reads.delete(keyId);
  }

  #forgetAll(): void {
    this.#known.clear();
    this.#unknown.clear();
    this.#reads.clear();
  }
}
