import { Injectable } from '@nestjs/common';
import { Deskera, type DeskeraGrant } from '#deskera';
import { Clock, Failure, isUnavailable } from '#kernel';
import { ConnectionAdoptions, ConnectionReads, type GrantSave } from '#connections';
import { type FirstWord } from '#spool';
import type { AdoptionRequest } from '../../adoption.js';
import { connectedElsewhere } from './adoption-decision.js';
import { Checker } from '../refreshing/checker.js';
import { isOfAnotherOrg, wordOfTraded } from '../refreshing/handed-over.js';
import { Refresher } from '../refreshing/refresher.js';
import { SpoolReplay } from '../durability/spool-replay.js';

export interface ExaminedGrant {
  readonly grant: DeskeraGrant;
  readonly times: Pick<GrantSave, 'arrivedAt' | 'sentAt'>;
  readonly word: FirstWord;
  /** Hash of the refresh token of the exchange, if it was used at once. */
  readonly spentSha256: Buffer | null;
}

/** Checks a new token once. Deskera may have returned an old pair, whose token is then replaced by a refresh. */
@Injectable()
export class GrantExaminer {
  constructor(
    private readonly adoptions: ConnectionAdoptions,
    private readonly reads: ConnectionReads,
    private readonly deskera: Deskera,
    private readonly checker: Checker,
    private readonly refresher: Refresher,
    private readonly spool: SpoolReplay,
    private readonly clock: Clock,
  ) {}

  /**
   * @param isAlone whether no other connect works on the pair: only then may its refresh token be used, and only if
   * no entry of the spool could be an answer to it
   * @throws Failure `org_connected_elsewhere`, `code_exchange_failed`, `deskera_unavailable`, `broker_unavailable`
   */
  async examine(request: AdoptionRequest, isAlone: boolean): Promise<ExaminedGrant> {
    const { target, grant } = request;
    const times = { arrivedAt: request.arrivedAtMilliseconds, sentAt: request.sentAtMilliseconds };
    const unspent = { grant, times, spentSha256: null };
    const validated = await this.deskera.validate(target, grant.token);
    if (validated.kind === 'valid') return { ...unspent, word: 'valid' };
    // Past its expiry by Deskera's own time, and nobody calls it good: it is refreshed before it is handed out.
    if (validated.kind !== 'invalid')
      return { ...unspent, word: grant.tokenIsPast === true ? 'invalid' : 'unknown' };

    const isClear = await this.spool.isClearForPair(grant.refreshToken, request.tenantId);
    const owner = await unlessAway(
      this.adoptions.ownerOf(grant.refreshToken, request.tenantId, grant.orgId),
      unknownOwner,
    );
    switch (owner.kind) {
      case 'unknown':
        return { ...unspent, word: 'invalid' };
      case 'elsewhere':
        throw connectedElsewhere();
      case 'ours':
        await unlessAway(this.#settleStored(owner.connectionId), undefined);
        return { ...unspent, word: 'invalid' };
      case 'nobody':
        return isAlone && isClear ? this.#refresh(request, times) : { ...unspent, word: 'invalid' };
    }
  }

  /**
   * The connection holds the pair or has used it. Only the connection's own attempts may use a refresh token that it
   * holds, and a used one is never sent again.
   */
  async #settleStored(connectionId: string): Promise<void> {
    const seen = await this.reads.find(connectionId);
    if (seen === null) return;
    if (seen.status === 'connected') await this.checker.check({ seen, held: null, onDemand: false });
    else await this.refresher.refresh({ seen, wantedTtlSeconds: null, held: null });
    const present = await this.reads.find(connectionId);
    if (present?.status !== 'reconnect_required') return;
    if (present.attempt === seen.attempt || present.failureKind !== null)
      throw new Failure('deskera_unavailable', 'Deskera cannot be asked at the moment.', {
        internal: 'an older pair came back, and could not be refreshed',
        retryAfterSeconds: 5,
      });
    throw notAccepted('the stored grant was refused');
  }

  async #refresh({ target, grant }: AdoptionRequest, times: ExaminedGrant['times']): Promise<ExaminedGrant> {
    const sentAt = this.clock.monotonicMilliseconds();
    const refreshed = await this.deskera.refresh(target, {
      refreshToken: grant.refreshToken,
      identity: { tenantId: grant.orgId, userName: grant.email },
      mayStillSend: () => true,
    });
    switch (refreshed.kind) {
      case 'granted': {
        if (isOfAnotherOrg(refreshed.grant, grant))
          return { grant, times, word: 'invalid', spentSha256: null };
        const arrivedAt = this.clock.monotonicMilliseconds();
        return {
          grant: withHintsOf(grant, refreshed.grant),
          times: { arrivedAt, sentAt },
          word: wordOfTraded(refreshed.grant, grant.token),
          spentSha256: grant.refreshToken.sha256(),
        };
      }
      case 'refused':
        throw notAccepted(`refresh: ${refreshed.summary}`);
      case 'declined':
      case 'our_fault':
      case 'passing':
        if (refreshed.kind === 'passing' && refreshed.newRefreshToken !== undefined) {
          const kept = { ...grant, refreshToken: refreshed.newRefreshToken };
          return { grant: kept, times, word: 'invalid', spentSha256: grant.refreshToken.sha256() };
        }
        return {
          grant,
          times,
          word: refreshed.definite ? 'invalid' : 'invalid_unanswered',
          spentSha256: null,
        };
    }
  }
}

const unknownOwner = { kind: 'unknown' } as const;

/**
 * While the database is away the grant is stored unchanged: its own attempts refresh it later, or it turns out to be
 * known.
 */
async function unlessAway<Answer, Instead>(
  answer: Promise<Answer>,
  instead: Instead,
): Promise<Answer | Instead> {
  try {
    return await answer;
  } catch (error) {
    if (isUnavailable(error)) return instead;
    throw error;
  }
}

function notAccepted(why: string): Failure {
  return new Failure('code_exchange_failed', 'Deskera handed out tokens that it does not accept itself.', {
    internal: `validate: invalid; ${why}`,
  });
}

/** A refreshed token may contain fewer claims than the token of the exchange. */
function withHintsOf(first: DeskeraGrant, refreshed: DeskeraGrant): DeskeraGrant {
  return {
    ...refreshed,
    orgId: refreshed.orgId ?? first.orgId,
    orgName: refreshed.orgName ?? first.orgName,
    email: refreshed.email ?? first.email,
  };
}
