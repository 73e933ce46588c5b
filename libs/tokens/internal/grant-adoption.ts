import { Injectable, Logger } from '@nestjs/common';
import { Deskera, type DeskeraGrant } from '#deskera';
import { Clock, Failure } from '#kernel';
import {
  ConnectionAdoptions,
  ConnectionReads,
  ConnectionSaves,
  type AdoptionResult,
  type GrantSave,
} from '#store';
import { GrantAdopter, type Adoption, type AdoptionRequest } from '../adoption.js';
import { TokensOptions } from '../options.js';
import { adoptionDecision, type FirstWord } from './adoption-decision.js';
import { CircumstancesNow } from './circumstances.js';
import { Deadline } from './deadline.js';
import { DurableSave } from './durable-save.js';
import { activated } from './transitions.js';

interface Examined {
  readonly grant: DeskeraGrant;
  readonly times: Pick<GrantSave, 'arrivedAt' | 'sentAt'>;
  readonly word: FirstWord;
}

@Injectable()
export class GrantAdoption extends GrantAdopter {
  readonly #logger = new Logger('GrantAdopter');

  constructor(
    private readonly adoptions: ConnectionAdoptions,
    private readonly reads: ConnectionReads,
    private readonly saves: ConnectionSaves,
    private readonly deskera: Deskera,
    private readonly durable: DurableSave,
    private readonly options: TokensOptions,
    private readonly circumstances: CircumstancesNow,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async adopt(request: AdoptionRequest): Promise<Adoption> {
    requireOrg(request.grant, request.requiredOrgId);
    const examined = await this.#examine(request);
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

  /** Asks once whether the new token is good; an old pair may have come back, whose token a refresh replaces. */
  async #examine({
    target,
    grant,
    arrivedAtMilliseconds,
    sentAtMilliseconds,
  }: AdoptionRequest): Promise<Examined> {
    const times = { arrivedAt: arrivedAtMilliseconds, sentAt: sentAtMilliseconds };
    const validated = await this.deskera.validate(target, grant.token);
    if (validated.kind !== 'invalid')
      return { grant, times, word: validated.kind === 'valid' ? 'valid' : 'unknown' };

    const sentAt = this.clock.monotonicMilliseconds();
    const refreshed = await this.deskera.refresh(target, {
      refreshToken: grant.refreshToken,
      identity: { tenantId: grant.orgId, userName: grant.email },
      mayStillSend: () => true,
    });
    switch (refreshed.kind) {
      case 'granted': {
        const arrivedAt = this.clock.monotonicMilliseconds();
        return { grant: refreshed.grant, times: { arrivedAt, sentAt }, word: 'valid' };
      }
      case 'refused':
        throw new Failure(
          'code_exchange_failed',
          'Deskera handed out tokens that it does not accept itself.',
          {
            internal: `validate: invalid; refresh: ${refreshed.summary}`,
          },
        );
      case 'our_fault':
      case 'passing':
        return { grant, times, word: refreshed.definite ? 'invalid' : 'invalid_unanswered' };
    }
  }

  async #store(request: AdoptionRequest, { grant, times, word }: Examined): Promise<AdoptionResult> {
    const stored: { result: AdoptionResult | null } = { result: null };
    await this.durable.untilSaved('a new grant', async () => {
      stored.result = await this.adoptions.adopt({
        tenantId: request.tenantId,
        apiVersion: request.target.apiVersion,
        apiUrl: request.target.apiUrl,
        orgId: grant.orgId,
        orgName: grant.orgName ?? request.grant.orgName,
        email: grant.email ?? request.grant.email,
        connectNumber: request.connectNumber,
        grant: { ...grant, ...times },
        stateSha256: request.stateSha256,
        sessionSha256: request.sessionSha256,
        decide: (existing, known) =>
          adoptionDecision({ existing, known, grant, word, request }, this.circumstances.get()),
      });
    });
    if (stored.result === null) throw new Error('a save without a result');
    return stored.result;
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
      throw new Failure(
        'org_connected_elsewhere',
        'This grant of the Deskera org is in use by another connection.',
      );
    case 'saved':
      return { connectionId: result.connectionId, active: result.status === 'connected' };
  }
}
