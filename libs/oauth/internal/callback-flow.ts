import { Injectable } from '@nestjs/common';
import { Failure, isUnavailable, Turns, uncounted, type Attempt } from '#kernel';
import { ConnectSessionStore, type ConnectSessionRecord, type ConnectStateRecord } from '#connections';
import { Callbacks, type CallbackResult, type RawCallback } from '../callbacks.js';
import { OauthOptions } from '../options.js';
import { decideCallback, isConclusive, mayConclude, type CallbackDecision } from './callback-decision.js';
import { parseCallback, type CallbackParameters } from './callback-parameters.js';
import { failedResult, hasCompleted, storedResult, type CallbackOrigin } from './callback-result.js';
import { CodeExchange } from './code-exchange.js';
import { sessionIdIn } from './connect-ids.js';
import { connectFailure, recordedFailure } from './failure-sentences.js';
import { StateWatch } from './state-watch.js';
import { UnusedStates } from './unused-states.js';

/** Handles a callback: parse, find the session, decide, exchange, adopt, answer. */
@Injectable()
export class CallbackFlow extends Callbacks {
  /** A lookup of a `state` uses a database connection for some milliseconds; an exchange takes no turn. */
  readonly #turns = new Turns({
    atOnce: 8,
    mostOfOneSource: 200,
    mostWaiting: 800,
    sentence: 'Too many callbacks come in at the moment.',
  });

  constructor(
    private readonly store: ConnectSessionStore,
    private readonly exchange: CodeExchange,
    private readonly watch: StateWatch,
    private readonly unused: UnusedStates,
    private readonly options: OauthOptions,
  ) {
    super();
  }

  override async handle(raw: RawCallback, attempt: Attempt = uncounted): Promise<CallbackResult> {
    let origin: CallbackOrigin | null = null;
    const mayAsk = attempt.charge();
    try {
      const parameters = parseCallback(raw);
      const record = await (mayAsk
        ? this.#findInTurn(parameters, attempt)
        : this.#findUnused(parameters, attempt));
      const decision = decideCallback(record, parameters);
      if (isConclusive(decision)) attempt.refund();
      origin = { record, state: parameters.state, publicUrl: this.options.publicUrl };
      const active = await this.#follow(decision, record, parameters);
      return storedResult(origin, active);
    } catch (error) {
      if (isUnavailable(error)) attempt.refund();
      if (error instanceof Failure) return failedResult(origin, error, await this.#sessionNow(origin, error));
      throw error;
    }
  }

  /**
   * The state of the session for a person who returns by V2, because another tab may have changed it. A V1 caller
   * gets the result of this callback.
   */
  async #sessionNow(
    origin: CallbackOrigin | null,
    failure: Failure,
  ): Promise<ConnectSessionRecord | undefined> {
    const session = origin?.record.session;
    if (session?.apiVersion !== 'v2' || hasCompleted(session)) return session;
    if (isUnavailable(failure) || failure.code === 'wrong_browser') return session;
    try {
      return (await this.store.findBySession(session.sessionSha256)) ?? session;
    } catch (error) {
      if (isUnavailable(error)) return session;
      throw error;
    }
  }

  /** @throws Failure `missing_code`, `unknown_state` */
  async #find({ state, answer }: CallbackParameters): Promise<ConnectStateRecord> {
    const record = sessionIdIn(state) === null ? null : await this.store.findState(state.sha256());
    if (record !== null) return record;
    throw connectFailure(answer.kind === 'nothing' ? 'missing_code' : 'unknown_state');
  }

  #findInTurn(parameters: CallbackParameters, { source }: Attempt): Promise<ConnectStateRecord> {
    return this.#turns.take(source, () => this.#find(parameters));
  }

  /** @throws Failure `missing_code`, `unknown_state`, `broker_unavailable` */
  async #findUnused(parameters: CallbackParameters, attempt: Attempt): Promise<ConnectStateRecord> {
    const isGenuine =
      mayConclude(parameters.answer) && (await this.unused.include(parameters, attempt.source));
    if (isGenuine) return this.#findInTurn(parameters, attempt);
    throw connectFailure('unknown_state');
  }

  /** @returns true if the connection is served from now on, false if it awaits activation */
  async #follow(
    decision: CallbackDecision,
    record: ConnectStateRecord,
    parameters: CallbackParameters,
  ): Promise<boolean> {
    switch (decision.do) {
      case 'fail':
        throw connectFailure(decision.code);
      case 'repeat':
        return repeat(decision.failureCode, record);
      case 'wait':
        return this.#repeatWhenDecided(record);
      case 'deny':
        return this.#deny(record, parameters);
      case 'put_off':
        await this.#recordPutOff(record.session, decision.failureCode);
        throw connectFailure(decision.failureCode, { internal: 'the callback brought an error' });
      case 'exchange': {
        const adoption = await this.exchange.run(record, decision.code);
        return adoption === null ? this.#lookAgain(parameters) : adoption.active;
      }
    }
  }

  /** Writes nothing if the same reason is recorded already. */
  async #recordPutOff(session: ConnectSessionRecord, failureCode: string): Promise<void> {
    if (session.status === 'failed' && session.failureCode === failureCode) return;
    await this.store.recordPutOff(session.sessionSha256, failureCode);
  }

  async #repeatWhenDecided(record: ConnectStateRecord): Promise<boolean> {
    const decided = await this.watch.untilDecided(record);
    return repeat(decided.decided.failureCode, decided);
  }

  /** Ends the session: its link no longer works. */
  async #deny({ stateSha256 }: ConnectStateRecord, parameters: CallbackParameters): Promise<boolean> {
    const failureCode = 'access_denied';
    const denial = { stateSha256, connectNumber: null, failureCode, endsSession: true };
    if (!(await this.store.recordFailure(denial))) return this.#lookAgain(parameters);
    throw connectFailure(failureCode);
  }

  /** Another callback of the same link was faster: the outcome that it recorded for the `state` decides. */
  async #lookAgain(parameters: CallbackParameters): Promise<boolean> {
    const record = await this.#find(parameters);
    const decision = decideCallback(record, parameters);
    const isFreeAgain = ['exchange', 'deny', 'put_off'].includes(decision.do);
    if (isFreeAgain)
      throw connectFailure('deskera_unavailable', { internal: 'the other exchange was not sent' });
    return this.#follow(decision, record, parameters);
  }
}

function repeat(failureCode: string | null, { session }: ConnectStateRecord): boolean {
  if (failureCode !== null) throw recordedFailure(failureCode);
  return session.status !== 'awaiting_activation';
}
