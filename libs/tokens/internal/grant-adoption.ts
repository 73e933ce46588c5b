import { Injectable } from '@nestjs/common';
import type { DeskeraGrant } from '#deskera';
import { Failure } from '#kernel';
import { ConnectionReads, ConnectionSaves, type AdoptionResult, type SpooledConnect } from '#store';
import { GrantAdopter, type Adoption, type AdoptionRequest } from '../adoption.js';
import { CircumstancesNow } from './circumstances.js';
import { DurableConnects } from './durable-connects.js';
import { connectedElsewhere, connectSuperseded } from './adoption-failures.js';
import { GrantExaminer, type ExaminedGrant } from './grant-examiner.js';
import { PairClaims } from './pair-claims.js';
import { SpoolReplay } from './spool-replay.js';
import { activated } from './transitions.js';

/** A row that is refreshed or checked in the same moment is looked at again so often. */
const mostLooks = 5;

@Injectable()
export class GrantAdoption extends GrantAdopter {
  constructor(
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly claims: PairClaims,
    private readonly examiner: GrantExaminer,
    private readonly connects: DurableConnects,
    private readonly spool: SpoolReplay,
    private readonly circumstances: CircumstancesNow,
  ) {
    super();
  }

  override async adopt(request: AdoptionRequest): Promise<Adoption> {
    requireOrg(request.grant, request.requiredOrgId);
    return this.claims.alone(
      request.grant.refreshToken,
      (isAlone) => this.#adopt(request, isAlone),
      ({ connectionId }) => connectionId !== null,
    );
  }

  async #adopt(request: AdoptionRequest, isAlone: boolean): Promise<Adoption> {
    const examined = await this.examiner.examine(request, isAlone);
    requireOrg(examined.grant, request.requiredOrgId);
    const connect = connectOf(request, examined);
    return adoptionOf(await this.connects.store(connect), request);
  }

  override async activate(connectionId: string, connectNumber: number): Promise<void> {
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const record = await this.reads.find(connectionId);
      if (record?.connectNumber !== connectNumber) break;
      if (record.status === 'connected') return;
      if (record.status !== 'awaiting_activation') break;
      const next = activated(record, this.circumstances.get());
      const event = { kind: 'connected', detail: { replaced: false } };
      const save = { seen: record, next, event, publish: true, erase: false, lease: null };
      if (await this.saves.saveState(save)) return;
    }
    throw new Failure(
      'connection_not_found',
      'The connection that was to be activated is not there any more.',
    );
  }

  override async storeSpooled(): Promise<void> {
    await this.spool.replay();
  }
}

function connectOf(
  request: AdoptionRequest,
  { grant, times, word, spentSha256 }: ExaminedGrant,
): SpooledConnect {
  const { tenantId, target, connectNumber, stateSha256, sessionSha256 } = request;
  return {
    kind: 'connect',
    tenantId,
    apiVersion: target.apiVersion,
    apiUrl: target.apiUrl,
    orgId: grant.orgId,
    orgName: grant.orgName,
    email: grant.email,
    connectNumber,
    grant: { ...grant, ...times },
    spentSha256,
    stateSha256,
    sessionSha256,
    activation: request.activation,
    activationSeconds: request.activationSeconds,
    word,
  };
}

function requireOrg(grant: DeskeraGrant, requiredOrgId: string | null): void {
  if (requiredOrgId === null || grant.orgId === requiredOrgId) return;
  throw new Failure('org_mismatch', 'Another Deskera org was chosen than the one that was asked for.');
}

function adoptionOf(result: AdoptionResult | 'spooled', { activation }: AdoptionRequest): Adoption {
  if (result === 'spooled') return { connectionId: null, active: activation === 'callback' };
  switch (result.kind) {
    case 'superseded':
      throw connectSuperseded();
    case 'held_elsewhere':
      throw connectedElsewhere();
    case 'saved':
      return { connectionId: result.connectionId, active: result.status === 'connected' };
  }
}
