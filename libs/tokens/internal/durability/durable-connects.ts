import { Injectable, Logger } from '@nestjs/common';
import { Clock, Failure } from '#kernel';
import type { AdoptionResult } from '#connections';
import type { SpooledConnect } from '#spool';
import { TokensOptions } from '../../options.js';
import { connectedElsewhere, connectSuperseded } from '../adopting/adoption-decision.js';
import { ConnectGrants } from '../adopting/connect-grants.js';
import { Deadline } from '../reading/deadline.js';
import { DurableSave } from './durable-save.js';
import type { ExaminedGrant } from '../adopting/grant-examiner.js';

/** A connect without the values of its examined grant. */
export type ConnectOrigin = Omit<
  SpooledConnect,
  'kind' | 'orgId' | 'orgName' | 'email' | 'grant' | 'spentSha256' | 'word'
>;

type SavedConnect = Extract<AdoptionResult, { kind: 'saved' }>;

/** Stores new grants in their rows, or in the spool. */
@Injectable()
export class DurableConnects {
  readonly #logger = new Logger('GrantAdopter');

  constructor(
    private readonly connects: ConnectGrants,
    private readonly durable: DurableSave,
    private readonly options: TokensOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Failure `connect_superseded`, `org_connected_elsewhere`; `broker_unavailable` after a bounded wait: the
   * save then continues, because the grant must not be lost
   */
  async store(origin: ConnectOrigin, examined: ExaminedGrant): Promise<SavedConnect | 'spooled'> {
    const result = await this.#untilSafe(connectOf(origin, examined));
    if (result === 'spooled') return result;
    switch (result.kind) {
      case 'superseded':
        throw connectSuperseded();
      case 'held_elsewhere':
        throw connectedElsewhere();
      case 'saved':
        return result;
    }
  }

  async #untilSafe(connect: SpooledConnect): Promise<AdoptionResult | 'spooled'> {
    const storing = this.durable.untilSafe('A new grant', connect, () => this.connects.store(connect));
    storing.catch((error: unknown) => {
      this.#logger.error(
        `A grant could not be stored: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    });
    const result = await new Deadline(this.clock, this.options.timeoutSeconds * 1_000).orNull(storing);
    if (result !== null) return result;
    throw new Failure('broker_unavailable', 'The tokens could not be stored yet.', { retryAfterSeconds: 5 });
  }
}

function connectOf(
  origin: ConnectOrigin,
  { grant, times, word, spentSha256 }: ExaminedGrant,
): SpooledConnect {
  const { orgId, orgName, email } = grant;
  return {
    kind: 'connect',
    ...origin,
    orgId,
    orgName,
    email,
    grant: { ...grant, ...times },
    spentSha256,
    word,
  };
}
