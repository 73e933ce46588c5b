import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, type Secret, type TenantId } from '#kernel';
import { ChangeFeed } from '#database';
import {
  ConnectionAdoptions,
  type AdoptionClaim,
  type AdoptionDecision,
  type AdoptionResult,
  type AdoptionSave,
  type RefreshTokenOwner,
} from '../../connection-adoptions.js';
import type { ConnectionRecord } from '../../connection-record.js';
import { announcedAs } from '../../webhook-event-types.js';
import {
  adoptConnection,
  adoptStanding,
  adoptGrant,
  adoptUpkeep,
  claimPair,
  createConnection,
  drawAbove,
  endPairClaim,
  holderOfRefreshToken,
  isStoredAlready,
  lockForAdoption,
  ownerOfRefreshToken,
  publishAdoption,
  recordSessionOutcome,
} from './adoption-statements.js';
import { toRecord, type RecordRow } from './connection-columns.js';
import { CredentialVault } from '#vault';
import { Database, type Queryable, ObservedDatabaseTime, secondsSince } from '#database/sql';
import { isHeldElsewhere } from './held-elsewhere.js';
import { stateDocument } from './state-columns.js';

interface Locked {
  /** Null where the row was made by this very transaction. */
  readonly existing: ConnectionRecord | null;
  readonly row: ConnectionRecord;
  readonly known: boolean;
}

type SaveDecision = Extract<AdoptionDecision, { kind: 'save' }>;

@Injectable()
export class ConnectionAdoptionsSql extends ConnectionAdoptions {
  constructor(
    private readonly database: Database,
    private readonly vault: CredentialVault,
    private readonly changes: ChangeFeed,
    private readonly clock: Clock,
    private readonly time: ObservedDatabaseTime,
  ) {
    super();
  }

  override async claim(refreshToken: Secret, seconds: number): Promise<AdoptionClaim | null> {
    const claim = { refreshTokenSha256: refreshToken.sha256(), claimId: randomUUID() };
    const { latest, steadySince } = this.time.evidence(seconds);
    const values = [claim.refreshTokenSha256, claim.claimId, seconds, latest, steadySince];
    return (await this.database.rows(claimPair, values)).length > 0 ? claim : null;
  }

  override async endClaim({ refreshTokenSha256, claimId }: AdoptionClaim): Promise<void> {
    await this.database.rows(endPairClaim, [refreshTokenSha256, claimId]);
  }

  override async ownerOf(
    refreshToken: Secret,
    tenantId: TenantId,
    orgId: string | null,
  ): Promise<RefreshTokenOwner> {
    const values = [refreshToken.sha256(), tenantId, orgId];
    const owners = await this.database.rows<{ connectionId: string; ours: boolean }>(
      ownerOfRefreshToken,
      values,
    );
    if (owners.some(({ ours }) => !ours)) return { kind: 'elsewhere' };
    const [own] = owners;
    return own === undefined ? { kind: 'nobody' } : { kind: 'ours', connectionId: own.connectionId };
  }

  override async adopt(save: AdoptionSave): Promise<AdoptionResult> {
    try {
      const result = await this.database.transaction((transaction) => this.#adopt(transaction, save));
      if (result.kind === 'saved') this.changes.announce(`tenant:${save.tenantId}`);
      return result;
    } catch (error) {
      // Two connects with one refresh token at the same moment: the index decides.
      if (isHeldElsewhere(error)) return { kind: 'held_elsewhere' };
      throw error;
    }
  }

  async #adopt(transaction: Queryable, save: AdoptionSave): Promise<AdoptionResult> {
    const holder = await transaction.rows<{ ours: boolean }>(holderOfRefreshToken, [
      save.grant.refreshToken.sha256(),
      save.tenantId,
      save.orgId,
    ]);
    if (holder.some(({ ours }) => !ours)) return { kind: 'held_elsewhere' };

    const { existing, row, known } = await this.#lock(transaction, save);
    const stored = { kind: 'saved', connectionId: row.connectionId, status: row.status } as const;
    if ((await transaction.rows(isStoredAlready, [save.stateSha256])).length > 0) return stored;
    const decision = save.decide(existing, known);
    if (decision.kind === 'superseded') return decision;
    // After a failover a later connect may have got the same number: it brought another pair, and is the newer one.
    if (decision.kind === 'repeated') return known ? stored : { kind: 'superseded' };

    const connectNumber = decision.keepGrant ? row.connectNumber : save.connectNumber;
    if (decision.keepGrant) {
      const values = [row.connectionId, decision.next.nextDueAt, row.status === 'connected'];
      await transaction.rows(adoptStanding, values);
    } else await this.#saveGrant(transaction, save, row, decision);
    await this.#saveStanding(transaction, save, { ...row, connectNumber }, decision);
    const { status } = decision.next;
    const { connectionId } = row;
    await transaction.rows(recordSessionOutcome, [
      save.sessionSha256,
      save.stateSha256,
      connectionId,
      connectNumber,
      status,
    ]);
    return { kind: 'saved', connectionId, status };
  }

  async #lock(transaction: Queryable, save: AdoptionSave): Promise<Locked> {
    const { tenantId, orgId, apiVersion, apiUrl } = save;
    const created = await transaction.rows(createConnection, [
      randomUUID(),
      tenantId,
      orgId,
      apiVersion,
      apiUrl,
    ]);
    const [locked] = await transaction.rows<RecordRow & { known: boolean; drawn: string }>(lockForAdoption, [
      tenantId,
      orgId,
      save.grant.refreshToken.sha256(),
    ]);
    if (locked === undefined) throw new Error('the connection that was just made or found is missing');
    if (Number(locked.drawn) < save.connectNumber) await transaction.rows(drawAbove, [save.connectNumber]);
    const row = this.time.observed(toRecord(locked));
    return { row, existing: created.length > 0 ? null : row, known: locked.known };
  }

  async #saveGrant(
    transaction: Queryable,
    save: AdoptionSave,
    row: ConnectionRecord,
    { next }: SaveDecision,
  ): Promise<void> {
    const { grant, connectNumber } = save;
    const place = { ...row, connectNumber, grantAttempt: 0 };
    await transaction.rows(adoptGrant, [
      row.connectionId,
      connectNumber,
      await this.vault.seal(grant.token, place, 'token'),
      await this.vault.seal(grant.refreshToken, place, 'refresh_token'),
      grant.token.fingerprint(),
      grant.refreshToken.sha256(),
      grant.tokenLifeSeconds,
      grant.refreshTokenLifeSeconds,
      secondsSince(grant.arrivedAt, this.clock),
      secondsSince(grant.sentAt, this.clock),
      next.badSince,
      save.spentSha256,
    ]);
    await transaction.rows(adoptUpkeep, [row.connectionId, stateDocument(next)]);
  }

  async #saveStanding(
    transaction: Queryable,
    save: AdoptionSave,
    row: ConnectionRecord,
    { next, event }: SaveDecision,
  ): Promise<void> {
    const { orgName, email, apiVersion, apiUrl, tenantId } = save;
    await transaction.rows(adoptConnection, [
      row.connectionId,
      stateDocument(next),
      orgName,
      email,
      apiVersion,
      apiUrl,
      this.vault.sealSite({ ...row, apiVersion, apiUrl }),
    ]);
    await transaction.rows(publishAdoption, [
      row.connectionId,
      event.kind,
      JSON.stringify(event.detail),
      tenantId,
      announcedAs(event.kind),
      save.sessionSha256,
    ]);
  }
}
