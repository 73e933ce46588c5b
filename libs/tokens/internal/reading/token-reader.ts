import { Injectable } from '@nestjs/common';
import { Clock, Failure, type Secret } from '#kernel';
import { BrokerMetrics, type TokenRequestResult } from '#observability';
import { ChangeFeed, DatabaseTime } from '#database';
import { ConnectionReads, type ConnectionRecord } from '#connections';
import {
  DeskeraTokens,
  type Degraded,
  type DeskeraToken,
  type HotToken,
  type TokenRequest,
} from '../../deskera-token.js';
import { TokensOptions } from '../../options.js';
import { CachedToken, cannotServe } from './cached-token.js';
import { Deadline, ResponseDeadline } from './deadline.js';
import { selectConnection, requireConnected } from './select-connection.js';
import { afterWaiting, isUsable, needOf } from './token-need.js';
import { oldestReadMilliseconds, StoredTokenReader } from './stored-token-reader.js';
import { TokenFreshener } from './token-freshener.js';
import { TokenCache, type Ticket } from './token-cache.js';
import { UpkeepThrottle } from '../upkeep/upkeep-throttle.js';

/** Number of SELECTs: one that takes too long is sent again, because its connection may be dead. */
const mostReads = 3;

interface ColdRead {
  readonly record: ConnectionRecord;
  readonly openToken: () => Promise<Secret>;
  readonly ticket: Ticket;
}

/** Serves tokens from memory if proven fresh, else from the row, after a check or refresh if needed. */
@Injectable()
export class TokenReader extends DeskeraTokens {
  constructor(
    private readonly cache: TokenCache,
    private readonly changes: ChangeFeed,
    private readonly reads: ConnectionReads,
    private readonly plain: StoredTokenReader,
    private readonly settler: TokenFreshener,
    private readonly promised: ResponseDeadline,
    private readonly options: TokensOptions,
    private readonly time: DatabaseTime,
    private readonly metrics: BrokerMetrics,
    private readonly pace: UpkeepThrottle,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async get(request: TokenRequest): Promise<DeskeraToken> {
    const hot = this.hot(request);
    if (hot !== null) return hot.whole();
    const from = this.clock.monotonicMilliseconds();
    try {
      const token = await this.#coldOrRemembered(request);
      this.#ended(token.degraded === null ? 'ok' : 'degraded', from);
      return token;
    } catch (error) {
      this.#ended(error instanceof Failure ? error.code : 'internal_error', from);
      throw error;
    }
  }

  /** Serves from memory, without SQL. */
  override hot(request: TokenRequest): HotToken | null {
    const from = this.clock.monotonicMilliseconds();
    this.pace.somebodyRead(from);
    const entry = this.cache.get(request);
    if (entry === undefined || !this.changes.isFresh()) return null;
    if (needOf(entry, request, this.time.nowMilliseconds(), false).kind !== 'nothing') return null;
    this.metrics.tokenCameFromCache();
    this.#ended('ok', from);
    return entry;
  }

  override async cold(request: TokenRequest): Promise<HotToken | null> {
    const from = this.clock.monotonicMilliseconds();
    const entry = await this.plain.read(request);
    if (entry !== null) this.#ended('ok', from);
    return entry;
  }

  async #coldOrRemembered(request: TokenRequest): Promise<DeskeraToken> {
    try {
      return await this.promised.keep((deadline) => this.#cold(request, deadline));
    } catch (error) {
      const remembered = this.#withoutDatabase(request, error);
      if (remembered !== null) return remembered;
      throw error;
    }
  }

  async #cold(request: TokenRequest, deadline: Deadline): Promise<DeskeraToken> {
    const read = await this.#read(request);
    const wish = afterWaiting(request, deadline.waitedSeconds());
    if (needOf(read.record, wish, this.time.now(), false).kind === 'nothing')
      return this.#serve(request, read, null);
    const { lacking } = await this.settler.settle(read.record, request, deadline);
    return this.#serve(request, await this.#read(request), lacking);
  }

  async #serve(request: TokenRequest, read: ColdRead, lacking: Degraded | null): Promise<DeskeraToken> {
    const { record } = read;
    if (!isUsable(record, this.time.now())) throw cannotServe(record, lacking, this.time.now());
    const entry = new CachedToken(record, await read.openToken());
    this.cache.put(request, entry, read.ticket);
    return { ...entry.whole(), degraded: lacking };
  }

  async #read(request: TokenRequest): Promise<ColdRead> {
    for (let reads = 0; reads < mostReads; reads += 1) {
      const ticket = this.cache.ticket();
      const patience = new Deadline(this.clock, oldestReadMilliseconds);
      const candidates = await patience.orNull(this.reads.servable(request.tenantId, request.orgId));
      if (candidates === null || patience.passed()) continue;
      const { record, openToken } = selectConnection(candidates, request.orgId);
      requireConnected(record);
      if (openToken === null)
        throw new Error(`connection ${record.connectionId} is connected and has no token`);
      return { record, openToken, ticket };
    }
    throw new Failure(
      'broker_unavailable',
      'The broker cannot reach its storage fast enough at the moment.',
      {
        internal: `${String(mostReads)} reads took over ${String(oldestReadMilliseconds)} ms each`,
        retryAfterSeconds: 1,
      },
    );
  }

  /** A replica without any connection to the database serves cached tokens for a limited time, as degraded. */
  #withoutDatabase(request: TokenRequest, error: unknown): DeskeraToken | null {
    if (!(error instanceof Failure) || error.code !== 'broker_unavailable') return null;
    if (!this.changes.isCutOff()) return null;
    if (this.changes.secondsSinceDatabaseSeen() > this.options.serveWithoutDatabaseSeconds) return null;
    const entry = this.cache.get(request);
    if (entry === undefined || !isUsable(entry, this.time.nowMilliseconds())) return null;
    return { ...entry.whole(), degraded: 'database_unavailable' };
  }

  #ended(result: TokenRequestResult, from: number): void {
    this.metrics.tokenRequestEnded(result, (this.clock.monotonicMilliseconds() - from) / 1_000);
  }
}
