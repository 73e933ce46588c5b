import { Injectable, Logger } from '@nestjs/common';
import type { DeskeraGrant } from '#deskera';
import { Clock, Failure } from '#kernel';
import { ConnectionAdoptions, ConnectionReads, ConnectionSaves, type AdoptionResult } from '#store';
import { GrantAdopter, type Adoption, type AdoptionRequest } from '../adoption.js';
import { TokensOptions } from '../options.js';
import { adoptionDecision } from './adoption-decision.js';
import { CircumstancesNow } from './circumstances.js';
import { Deadline } from './deadline.js';
import { DurableSave } from './durable-save.js';
import { connectedElsewhere, GrantExaminer, type ExaminedGrant } from './grant-examiner.js';
import { activated } from './transitions.js';

@Injectable()
export class GrantAdoption extends GrantAdopter {
  readonly #logger = new Logger('GrantAdopter');

  constructor(
    private readonly adoptions: ConnectionAdoptions,
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly examiner: GrantExaminer,
    private readonly durable: DurableSave,
    private readonly options: TokensOptions,
    private readonly circumstances: CircumstancesNow,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async adopt(request: AdoptionRequest): Promise<Adoption> {
    requireOrg(request.grant, request.requiredOrgId);
    const examined = await this.examiner.examine(request);
    requireOrg(examined.grant, request.requiredOrgId);
    const storing = this.#store(request, examined);
    // The save goes on after this caller was told to come back: the grant must not be lost.
    storing.catch((error: unknown) => {
      this.#logger.error(
        `A grant could not be stored: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    });
    const result = await new Deadline(this.clock, this.options.timeoutSeconds * 1_000).orNull(storing);
    if (result === null) {
      throw new Failure('broker_unavailable', 'The tokens could not be stored yet.', {
        retryAfterSeconds: 5,
      });
    }
    return adoptionOf(result);
  }

  override async activate(connectionId: string, connectNumber: number): Promise<void> {
    const record = await this.reads.find(connectionId);
    if (record?.connectNumber === connectNumber) {
      if (record.status === 'connected') return;
      const next = activated(record, this.circumstances.get());
      const event = { kind: 'connected', detail: { replaced: false } };
      const waits = record.status === 'awaiting_activation';
      if (
        waits &&
        (await this.saves.saveState({ seen: record, next, event, publish: true, erase: false, lease: null }))
      ) {
        return;
      }
    }
    throw new Failure(
      'connection_not_found',
      'The connection that was to be activated is not there any more.',
    );
  }

  async #store(request: AdoptionRequest, { grant, times, word }: ExaminedGrant): Promise<AdoptionResult> {
    return this.durable.untilSaved('a new grant', () =>
      this.adoptions.adopt({
        tenantId: request.tenantId,
        apiVersion: request.target.apiVersion,
        apiUrl: request.target.apiUrl,
        orgId: grant.orgId,
        orgName: grant.orgName,
        email: grant.email,
        connectNumber: request.connectNumber,
        grant: { ...grant, ...times },
        stateSha256: request.stateSha256,
        sessionSha256: request.sessionSha256,
        decide: (existing, known) =>
          adoptionDecision({ existing, known, grant, word, request }, this.circumstances.get()),
      }),
    );
  }
}

function requireOrg(grant: DeskeraGrant, requiredOrgId: string | null): void {
  if (requiredOrgId === null || grant.orgId === requiredOrgId) return;
  throw new Failure('org_mismatch', 'Another Deskera org was chosen than the one that was asked for.');
}

function adoptionOf(result: AdoptionResult): Adoption {
  switch (result.kind) {
    case 'superseded':
      throw new Failure('connect_superseded', 'A newer connect or disconnect of this org came first.');
    case 'held_elsewhere':
      throw connectedElsewhere();
    case 'saved':
      return { connectionId: result.connectionId, active: result.status === 'connected' };
  }
}
