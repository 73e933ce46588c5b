import { Injectable } from '@nestjs/common';
import { Failure } from '#kernel';
import { ChangeFeed, DatabaseTime } from '#database';
import { ConnectionReads } from '#connections';
import { DeskeraTokens } from '../../deskera-token.js';
import { TokenRejections, type RejectionAnswer, type TokenRejection } from '../../token-rejections.js';
import { type Deadline, ResponseDeadline } from './deadline.js';
import { selectConnection, requireConnected } from './select-connection.js';
import { cannotServe } from './cached-token.js';
import { TokenFreshener, type Settled } from './token-freshener.js';
import type { TokenWish } from './token-need.js';

/** A report needs Deskera's present answer; the remaining life of the token does not matter. */
const askNow: TokenWish = { minTtlSeconds: 0, maxVerifiedAgeSeconds: 0 };
/** The limit is ten checks in ten seconds: after this time there is room again. */
const limitSeconds = 10;

@Injectable()
export class ReportedTokens extends TokenRejections {
  constructor(
    private readonly tokens: DeskeraTokens,
    private readonly reads: ConnectionReads,
    private readonly settler: TokenFreshener,
    private readonly changes: ChangeFeed,
    private readonly promised: ResponseDeadline,
    private readonly time: DatabaseTime,
  ) {
    super();
  }

  override report(rejection: TokenRejection): Promise<RejectionAnswer> {
    return this.promised.keep((deadline) => this.#report(rejection, deadline));
  }

  async #report(
    { tenantId, orgId, fingerprint }: TokenRejection,
    deadline: Deadline,
  ): Promise<RejectionAnswer> {
    const { record } = selectConnection(await this.reads.servable(tenantId, orgId), orgId);
    requireConnected(record);
    const isPresent = record.fingerprint === fingerprint;
    if (isPresent) this.#requireAnswer(await this.settler.settle(record, askNow, deadline));
    // What this replica remembers may be older than what was just learnt, by another one perhaps.
    this.changes.announce(`tenant:${tenantId}`);
    const token = await this.tokens.get({ tenantId, orgId, minTtlSeconds: 0, maxVerifiedAgeSeconds: null });
    if (!isPresent) return { outcome: 'replaced', token };
    return { outcome: token.fingerprint === fingerprint ? 'still_valid' : 'refreshed', token };
  }

  #requireAnswer({ record, lacking }: Settled): void {
    if (lacking === 'check_limited') {
      throw new Failure('deskera_unavailable', 'Deskera was asked about this token too often just now.', {
        retryAfterSeconds: limitSeconds,
      });
    }
    if (lacking !== null) throw cannotServe(record, lacking, this.time.now());
  }
}
