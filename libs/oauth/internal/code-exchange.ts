import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Deskera, DeskeraSlots, type DeskeraGrant, type GrantOutcome } from '#deskera';
import { Clock, Failure, type FailureCode, type Secret } from '#kernel';
import {
  ConnectSessionStore,
  type ConnectStateRecord,
  type Activation,
  type ConnectSessionRecord,
} from '#connections';
import { GrantAdopter, type Adoption, type AdoptionRequest } from '#tokens';
import { OauthOptions } from '../options.js';
import { exchangeVerdict } from './exchange-verdict.js';
import { connectFailure } from './failure-sentences.js';

/** A started exchange. Only a used `state` leads to one. */
interface Asked {
  readonly connectNumber: number;
  readonly outcome: GrantOutcome;
  readonly sentAtMilliseconds: number;
  readonly arrivedAtMilliseconds: number;
}

/**
 * Exchanges a code for a grant and adopts it, once per `state`. An exchange belongs to the process: it continues when
 * its caller leaves, and a stop waits for it.
 */
@Injectable()
export class CodeExchange implements BeforeApplicationShutdown {
  readonly #logger = new Logger('Connect');
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    private readonly store: ConnectSessionStore,
    private readonly deskera: Deskera,
    private readonly slots: DeskeraSlots,
    private readonly adopter: GrantAdopter,
    private readonly clock: Clock,
    private readonly options: OauthOptions,
  ) {}

  /**
   * @returns null, without a call, if another callback began the exchange or the session ended
   * @throws Failure `deskera_unavailable`, `deskera_client_refused`, `code_exchange_failed`, or as
   * `GrantAdopter.adopt`. Failures are recorded, except `broker_unavailable` and those where nothing was sent
   */
  async run(state: ConnectStateRecord, code: Secret): Promise<Adoption | null> {
    const running = this.#exchange(state, code);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /**
   * The slot is taken first: without one the `state` stays unused. It covers the adoption's calls to Deskera as well.
   */
  async #exchange(state: ConnectStateRecord, code: Secret): Promise<Adoption | null> {
    this.#requireTrustedHost(state);
    const slot = await this.slots.take('on_demand', this.options.timeoutSeconds * 1_000);
    if (slot === null) throw connectFailure('deskera_unavailable', { internal: 'no free slot' });
    try {
      const asked = await this.#ask(state, code);
      if (asked === null) return null;
      const grant = await this.#grantIn(asked, state);
      return await this.#adopt(grant, asked, state);
    } finally {
      slot.release();
    }
  }

  /** Whoever can write the database must not receive the code and the client secret. */
  #requireTrustedHost({ session }: ConnectStateRecord): void {
    if (this.options.trustsApiUrl(session.apiUrl)) return;
    this.#logger.error(
      `A connect session of tenant ${session.tenantId} names an API host that is neither DESKERA_API_URL nor Deskera's: nothing was sent.`,
    );
    throw new Failure('broker_unavailable', 'The broker cannot use what it stored for this connect.', {
      internal: 'the API host of a stored session is not trusted',
      retryAfterSeconds: 60,
    });
  }

  async #ask({ stateSha256, session }: ConnectStateRecord, code: Secret): Promise<Asked | null> {
    const connectNumber = await this.store.consumeState(stateSha256, code.sha256());
    if (connectNumber === null) return null;
    const sentAtMilliseconds = this.clock.monotonicMilliseconds();
    const outcome = await this.deskera.exchangeCode(session, code);
    return {
      connectNumber,
      outcome,
      sentAtMilliseconds,
      arrivedAtMilliseconds: this.clock.monotonicMilliseconds(),
    };
  }

  async #grantIn({ outcome, connectNumber }: Asked, state: ConnectStateRecord): Promise<DeskeraGrant> {
    const verdict = exchangeVerdict(outcome);
    if (verdict.kind === 'granted') return verdict.grant;
    if (verdict.kind === 'unspent') await this.store.releaseState(state.stateSha256, connectNumber);
    else await this.#record(verdict.failure.code, connectNumber, state);
    throw verdict.failure;
  }

  async #adopt(grant: DeskeraGrant, asked: Asked, state: ConnectStateRecord): Promise<Adoption> {
    try {
      return await this.adopter.adopt(adoptionRequest(grant, asked, state));
    } catch (error) {
      if (error instanceof Failure && error.code !== 'broker_unavailable') {
        await this.#record(error.code, asked.connectNumber, state);
      }
      throw error;
    }
  }

  /** The failure is thrown in any case: if it cannot be recorded, a repeat gets `code_exchange_failed`. */
  async #record(
    failureCode: FailureCode,
    connectNumber: number,
    { stateSha256 }: ConnectStateRecord,
  ): Promise<void> {
    try {
      await this.store.recordFailure({ stateSha256, connectNumber, failureCode, endsSession: false });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#logger.warn(`The outcome ${failureCode} of a connect could not be recorded (${error.code}).`);
    }
  }
}

/** Monotonic times at which the exchange was sent and answered, and the number of its connect. */
interface ExchangeTimes {
  readonly connectNumber: number;
  readonly sentAtMilliseconds: number;
  readonly arrivedAtMilliseconds: number;
}

function adoptionRequest(
  grant: DeskeraGrant,
  { connectNumber, sentAtMilliseconds, arrivedAtMilliseconds }: ExchangeTimes,
  { session, stateSha256 }: ConnectStateRecord,
): AdoptionRequest {
  const { tenantId, apiVersion, apiUrl, orgId, sessionSha256, expiresInSeconds } = session;
  return {
    tenantId,
    target: { apiVersion, apiUrl },
    grant,
    connectNumber,
    requiredOrgId: orgId,
    activation: activationAfter(session),
    activationSeconds: Math.max(0, expiresInSeconds - (arrivedAtMilliseconds - sentAtMilliseconds) / 1_000),
    stateSha256,
    sessionSha256,
    sentAtMilliseconds,
    arrivedAtMilliseconds,
  };
}

/** V2's callback is the browser's landing, and its cookie has been compared: no further activation is needed. */
function activationAfter({ activation, apiVersion }: ConnectSessionRecord): Activation {
  return apiVersion === 'v2' && activation === 'browser' ? 'callback' : activation;
}
