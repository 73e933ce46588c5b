import { Injectable } from '@nestjs/common';
import {
  Deskera,
  readKeptPair,
  type DeskeraGrant,
  type DeskeraTarget,
  type GrantOutcome,
  type KeptPairHints,
} from '#deskera';
import { Clock, type Secret } from '#kernel';
import type { GrantImport } from '../../grant-imports.js';
import type { ExaminedGrant } from './grant-examiner.js';
import { isOfAnotherOrg, wordOfTraded } from '../refreshing/handed-over.js';
import { deskeraUnavailable, refusalOf } from './import-rules.js';
import { ofAnotherOrg } from '../refreshing/refresh-words.js';

/** An imported pair whose token Deskera did not refuse, with hints that were compared already. */
interface Kept {
  readonly target: DeskeraTarget;
  readonly refreshToken: Secret;
  readonly hints: KeptPairHints;
}

/** Checks an imported grant at Deskera once. */
@Injectable()
export class ImportedGrants {
  constructor(
    private readonly deskera: Deskera,
    private readonly clock: Clock,
  ) {}

  hintsOf(grant: GrantImport): KeptPairHints {
    return readKeptPair(grant, this.clock.now());
  }

  /**
   * @param maySend whether the refresh token may be sent, called in the tick of its first byte
   * @returns the grant to store: the imported one, or the refreshed one
   * @throws Failure `grant_refused`, `deskera_unavailable`, `deskera_client_refused`
   */
  async examine(kept: Kept, token: Secret | null, maySend: () => boolean): Promise<ExaminedGrant> {
    const asItIs = token === null ? null : await this.#validate(kept, token);
    return asItIs ?? this.#refresh(kept, token, maySend);
  }

  /** @returns null if Deskera refuses the token */
  async #validate({ target, refreshToken, hints }: Kept, token: Secret): Promise<ExaminedGrant | null> {
    const sentAt = this.clock.monotonicMilliseconds();
    const { kind } = await this.deskera.validate(target, token);
    if (kind === 'invalid') return null;
    const issuedAt = this.clock.monotonicMilliseconds() - (hints.ageSeconds ?? 0) * 1_000;
    const grant = grantOf(token, refreshToken, hints);
    if (kind === 'valid') {
      const times = { arrivedAt: issuedAt, sentAt };
      return { grant: isPast(hints) ? withoutExpiry(grant) : grant, times, word: 'valid', spentSha256: null };
    }
    // Nobody has vouched for it since it was issued, which is what its time of verification then says.
    if (hints.ageSeconds === null) throw deskeraUnavailable('validate: no answer, and no time of issue');
    return { grant, times: { arrivedAt: issuedAt, sentAt: issuedAt }, word: 'unknown', spentSha256: null };
  }

  /** @param refusedToken the imported token that Deskera refused; null if there was none */
  async #refresh(
    { target, refreshToken, hints }: Kept,
    refusedToken: Secret | null,
    maySend: () => boolean,
  ): Promise<ExaminedGrant> {
    const sentAt = this.clock.monotonicMilliseconds();
    const identity = { tenantId: hints.orgId, userName: hints.email };
    const trade = (sent: Secret): Promise<GrantOutcome> =>
      this.deskera.refresh(target, { refreshToken: sent, identity, mayStillSend: maySend });
    let outcome = await trade(refreshToken);
    // The kept refresh token may be spent, and nothing is stored without a token: the new one is traded at once.
    if (outcome.kind === 'passing' && outcome.newRefreshToken !== undefined)
      outcome = await trade(outcome.newRefreshToken);
    if (outcome.kind !== 'granted') throw refusalOf(outcome);
    const { grant } = outcome;
    if (isOfAnotherOrg(grant, hints)) throw deskeraUnavailable(`refresh: ${ofAnotherOrg.summary}`);
    return {
      grant: {
        ...grant,
        orgId: grant.orgId ?? hints.orgId,
        orgName: grant.orgName ?? hints.orgName,
        email: grant.email ?? hints.email,
      },
      times: { arrivedAt: this.clock.monotonicMilliseconds(), sentAt },
      word: wordOfTraded(grant, refusedToken),
      spentSha256: refreshToken.sha256(),
    };
  }
}

function grantOf(token: Secret, refreshToken: Secret, hints: KeptPairHints): DeskeraGrant {
  const { orgId, orgName, email, tokenLifeSeconds, refreshTokenLifeSeconds } = hints;
  return { token, refreshToken, orgId, orgName, email, tokenLifeSeconds, refreshTokenLifeSeconds };
}

/** Deskera's answer wins over the hint: the expiry of a token that was valid after its computed expiry is unknown. */
function isPast({ ageSeconds, tokenLifeSeconds }: KeptPairHints): boolean {
  return ageSeconds !== null && tokenLifeSeconds !== null && ageSeconds >= tokenLifeSeconds;
}

function withoutExpiry(grant: DeskeraGrant): DeskeraGrant {
  return { ...grant, tokenLifeSeconds: null };
}
