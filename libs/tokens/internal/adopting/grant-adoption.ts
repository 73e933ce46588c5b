import { Injectable } from '@nestjs/common';
import type { DeskeraGrant } from '#deskera';
import { Failure } from '#kernel';
import { ConnectionReads, ConnectionSaves, type AwaitedActivation } from '#connections';
import { GrantAdopter, type Adoption, type AdoptionRequest } from '../../adoption.js';
import { CircumstancesNow } from '../state/circumstances.js';
import { DurableConnects, type ConnectOrigin } from '../durability/durable-connects.js';
import { GrantExaminer } from './grant-examiner.js';
import { RefreshTokenLock } from './refresh-token-lock.js';
import { SpoolReplay } from '../durability/spool-replay.js';
import { activated } from '../state/transitions.js';

/** Maximum number of reads of a row that is refreshed or checked at the same time. */
const mostLooks = 5;

@Injectable()
export class GrantAdoption extends GrantAdopter {
  constructor(
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly claims: RefreshTokenLock,
    private readonly examiner: GrantExaminer,
    private readonly connects: DurableConnects,
    private readonly spool: SpoolReplay,
    private readonly circumstances: CircumstancesNow,
  ) {
    super();
  }

  override async adopt(request: AdoptionRequest): Promise<Adoption> {
    requireOrg(request.grant, request.requiredOrgId);
    return this.claims.runExclusive(
      request.grant.refreshToken,
      (isAlone) => this.#adopt(request, isAlone),
      ({ connectionId }) => connectionId !== null,
    );
  }

  async #adopt(request: AdoptionRequest, isAlone: boolean): Promise<Adoption> {
    const examined = await this.examiner.examine(request, isAlone);
    requireOrg(examined.grant, request.requiredOrgId);
    const stored = await this.connects.store(originOf(request), examined);
    if (stored === 'spooled') return { connectionId: null, active: request.activation === 'callback' };
    return { connectionId: stored.connectionId, active: stored.status === 'connected' };
  }

  override async activate(awaited: AwaitedActivation, actor?: string): Promise<void> {
    const { connectionId, connectNumber, sessionSha256: activatedSession } = awaited;
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const record = await this.reads.find(connectionId);
      if (record?.connectNumber !== connectNumber) break;
      if (record.status === 'connected') return;
      if (record.status !== 'awaiting_activation') break;
      const next = activated(record, this.circumstances.get());
      const event = { kind: 'connected', detail: { replaced: false } };
      const save = { seen: record, next, event, publish: true, erase: false, lease: null, activatedSession };
      if (!(await this.saves.saveState(save))) continue;
      if (actor !== undefined)
        await this.saves.recordEvent(connectionId, { kind: 'confirmed', detail: { actor } });
      return;
    }
    throw new Failure(
      'connection_not_found',
      'The connection that was to be activated is not there any more.',
    );
  }

  override refuseActivation(awaited: AwaitedActivation, reason: string): Promise<boolean> {
    return this.saves.refuseActivation(awaited, reason);
  }

  override async storeSpooled(): Promise<void> {
    await this.spool.replay();
  }
}

function originOf({
  tenantId,
  target,
  connectNumber,
  stateSha256,
  sessionSha256,
  activation,
  activationSeconds,
}: AdoptionRequest): ConnectOrigin {
  const { apiVersion, apiUrl } = target;
  const state = { stateSha256, sessionSha256 };
  return { tenantId, apiVersion, apiUrl, connectNumber, ...state, activation, activationSeconds };
}

function requireOrg(grant: DeskeraGrant, requiredOrgId: string | null): void {
  if (requiredOrgId === null || grant.orgId === requiredOrgId) return;
  throw new Failure('org_mismatch', 'Another Deskera org was chosen than the one that was asked for.');
}
