import { Injectable } from '@nestjs/common';
import { Clock, isUnavailable } from '#kernel';
import { ChangeFeed, DatabaseTime } from '#database';
import { ConnectionReads, type GoodRecord } from '#connections';
import type { TokenRequest } from '../../deskera-token.js';
import { CachedToken } from './cached-token.js';
import { Deadline } from './deadline.js';
import { needOf } from './token-need.js';
import { TokenCache } from './token-cache.js';

/**
 * Maximum duration of a SELECT: a longer one may show a state that is older than the promise to forget within a
 * second allows.
 */
export const oldestReadMilliseconds = 700;

/**
 * Reads that need only the row: a good token that satisfies the caller. In all other cases the result is null, and
 * the caller reads again in a way that can refuse, wait and call Deskera. Tried only while the database is known to
 * answer, so that an outage is waited for only once.
 */
@Injectable()
export class StoredTokenReader {
  constructor(
    private readonly cache: TokenCache,
    private readonly changes: ChangeFeed,
    private readonly reads: ConnectionReads,
    private readonly time: DatabaseTime,
    private readonly clock: Clock,
  ) {}

  async read(request: TokenRequest): Promise<CachedToken | null> {
    if (!this.changes.isFresh()) return null;
    const ticket = this.cache.ticket();
    const patience = new Deadline(this.clock, oldestReadMilliseconds);
    const entry = await patience.orNull(this.#stored(request));
    if (entry === null || patience.passed()) return null;
    this.cache.put(request, entry, ticket);
    return entry;
  }

  async #stored(request: TokenRequest): Promise<CachedToken | null> {
    try {
      const good = await this.reads.goodToken(request.tenantId, request.orgId);
      if (good === null) return null;
      const record = conservative(good.record);
      if (needOf(record, request, this.time.now(), false).kind !== 'nothing') return null;
      const token = await good.openToken();
      return token === null ? null : new CachedToken(record, token);
    } catch (error) {
      if (isUnavailable(error)) return null;
      throw error;
    }
  }
}

/**
 * The column that says that a refresh returned no longer life was not read: a caller that wants a longer life takes
 * the other way.
 */
function conservative(record: GoodRecord): GoodRecord & { badSince: null; minTtlBackoffUntil: null } {
  return { ...record, badSince: null, minTtlBackoffUntil: null };
}
