import { Injectable } from '@nestjs/common';
import type { TenantId } from '#kernel';
import { ChangeFeed, type ChangeSubject } from '#database';
import { LRUCache } from 'lru-cache';
import { TokensOptions } from '../../options.js';
import type { CachedToken } from './cached-token.js';

/** Key of an entry: requests with the same key get the same answer. */
interface Place {
  readonly tenantId: TenantId;
  /** Null if no org was named. */
  readonly orgId: string | null;
}

/** Taken before a SELECT is sent. Its result may be cached only if nothing was forgotten since. */
export type Ticket = number;

/** Number of tenants whose last change is remembered, to reject late results. */
const rememberedChanges = 50_000;

/**
 * A bounded cache of the tokens that this process has read. The proof of freshness decides whether an entry may be
 * used, and the caller whether it suffices.
 */
@Injectable()
export class TokenCache {
  readonly #tokens: LRUCache<string, CachedToken>;
  /** The keys of a tenant that name an org; the key without an org is the tenant's id. */
  readonly #orgKeys = new Map<string, Set<string>>();
  /** The last change of each tenant. */
  readonly #forgotten: LRUCache<string, number>;
  /** Tickets from before this time are void: the changes of that time are no longer known. */
  #voidBefore = 0;
  #moment = 0;

  constructor(options: TokensOptions, changes: ChangeFeed) {
    this.#tokens = new LRUCache({
      max: Math.max(1, options.cacheMaxTokens),
      dispose: (entry, key) => {
        this.#unlist(entry.tenantId, key);
      },
    });
    this.#forgotten = new LRUCache({
      max: rememberedChanges,
      dispose: (moment, _tenant, reason) => {
        if (reason === 'evict') this.#voidBefore = Math.max(this.#voidBefore, moment);
      },
    });
    changes.subscribe({
      changed: (subject) => {
        this.#forget(subject);
      },
      reset: () => {
        this.#forgetAll();
      },
    });
  }

  get({ tenantId, orgId }: Place): CachedToken | undefined {
    return this.#tokens.get(cacheKey(tenantId, orgId));
  }

  ticket(): Ticket {
    return this.#moment;
  }

  put({ tenantId, orgId }: Place, entry: CachedToken, ticket: Ticket): void {
    if (ticket < this.#voidBefore || ticket < (this.#forgotten.peek(tenantId) ?? 0)) return;
    // Not the caller's own text: that would keep its whole URL in memory.
    const own = entry.tenantId;
    const key = cacheKey(own, orgId);
    this.#tokens.set(key, entry);
    if (orgId !== null) this.#orgKeys.set(own, (this.#orgKeys.get(own) ?? new Set()).add(key));
  }

  #forget(subject: ChangeSubject): void {
    if (!subject.startsWith('tenant:')) return;
    const tenantId = subject.slice('tenant:'.length);
    this.#moment += 1;
    this.#forgotten.set(tenantId, this.#moment);
    this.#tokens.delete(tenantId);
    for (const key of [...(this.#orgKeys.get(tenantId) ?? [])]) this.#tokens.delete(key);
  }

  #forgetAll(): void {
    this.#moment += 1;
    this.#voidBefore = this.#moment;
    this.#forgotten.clear();
    this.#tokens.clear();
  }

  #unlist(tenantId: string, key: string): void {
    const keys = this.#orgKeys.get(tenantId);
    keys?.delete(key);
    if (keys?.size === 0) this.#orgKeys.delete(tenantId);
  }
}

/** A tenant id contains no `/`, so keys are unambiguous. */
function cacheKey(tenantId: TenantId, orgId: string | null): string {
  return orgId === null ? tenantId : `${tenantId}/${orgId}`;
}
