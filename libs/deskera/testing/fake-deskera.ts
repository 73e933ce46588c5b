import { randomToken, Secret } from '#kernel';
import { Deskera, type AuthPageRequest, type DeskeraTarget, type RefreshRequest } from '../deskera.js';
import type { DeskeraGrant } from '../grant.js';
import type { GrantOutcome, ValidateOutcome } from '../outcome.js';
import { FakeGrants, type FakeGrantOptions, type FakeOrg } from './fake-grants.js';
import { HeldCall } from './held-call.js';
import { granted, passing, refused } from './outcomes.js';

export type FakeOperation = 'exchange' | 'refresh' | 'validate';

interface Outcomes {
  exchange: GrantOutcome;
  refresh: GrantOutcome;
  validate: ValidateOutcome;
}

export interface FakeCall {
  readonly operation: FakeOperation;
  readonly target: DeskeraTarget;
  /** The code, refresh token or token that was sent. */
  readonly sent: Secret;
}

/** An outcome, or what makes one when its turn comes. `honest` is what would have come of the call: it was done. */
type Answer<Outcome> = Outcome | ((call: FakeCall, honest: () => Outcome) => Outcome | Promise<Outcome>);

type Scripts = { [Operation in FakeOperation]: Answer<Outcomes[Operation]>[] };

const singaporeOrg: FakeOrg = { id: '11242', name: 'Singapore Org', email: 'owner@singapore.example' };

/**
 * A Deskera in memory. Without a script it behaves as a strict one would: codes once, refresh tokens rotate, a spent one
 * that comes again ends its family. What a test scripts for an operation comes first, each answer once.
 */
export class FakeDeskera extends Deskera {
  /** Every call that was sent, in order. */
  readonly calls: FakeCall[] = [];
  readonly grants: FakeGrants;
  readonly #scripts: Scripts = { exchange: [], refresh: [], validate: [] };
  readonly #holds: Record<FakeOperation, HeldCall[]> = { exchange: [], refresh: [], validate: [] };

  constructor(options: Partial<FakeGrantOptions> = {}) {
    super();
    this.grants = new FakeGrants({
      now: () => new Date('2026-01-01T00:00:00Z'),
      tokenLifeSeconds: 3_600,
      refreshTokenLifeSeconds: 30 * 86_400,
      rotation: 'strict',
      ...options,
    });
  }

  /** A code that can be exchanged once, as if a person had consented. */
  issueCode(org: FakeOrg = singaporeOrg): Secret {
    const code = Secret.of(randomToken().slice(0, 7));
    this.grants.addCode(code, org);
    return code;
  }

  /** A grant that was never exchanged: for connections that a test puts into the store. */
  issueGrant(org: FakeOrg = singaporeOrg, apiVersion: DeskeraTarget['apiVersion'] = 'v1'): DeskeraGrant {
    return this.grants.start(org, apiVersion);
  }

  /** The next calls of this operation are answered so, one each, in this order. */
  answerNext<Operation extends FakeOperation>(
    operation: Operation,
    ...answers: Answer<Outcomes[Operation]>[]
  ): void {
    (this.#scripts[operation] as Answer<Outcomes[Operation]>[]).push(...answers);
  }

  /** The next exchange or refresh is done, and its answer is lost on the way. */
  loseNext(operation: 'exchange' | 'refresh'): void {
    this.answerNext(operation, (_call, honest) => {
      honest();
      return passing('reset');
    });
  }

  /** The next call of this operation stays open until the test releases it; then it is answered as it would be. */
  holdNext(operation: FakeOperation): HeldCall {
    const held = new HeldCall();
    this.#holds[operation].push(held);
    return held;
  }

  callsOf(operation: FakeOperation): readonly FakeCall[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  override prepareRefresh(): void {
    // There are no connections here.
  }

  override authPageUrl({ apiVersion, state, landingUrl }: AuthPageRequest): string {
    const url = new URL(`https://${apiVersion}.auth.deskera.example/`);
    url.searchParams.set('client_id', 'cl_pub_fake');
    url.searchParams.set('scope', 'write');
    url.searchParams.set('state', state.reveal());
    url.searchParams.set('response_type', 'code');
    if (apiVersion === 'v1') url.searchParams.set('redirect_uri', landingUrl);
    return url.href;
  }

  override exchangeCode(target: DeskeraTarget, code: Secret): Promise<GrantOutcome> {
    return this.#answer('exchange', { operation: 'exchange', target, sent: code }, () =>
      outcomeOf(this.grants.exchange(code, target.apiVersion)),
    );
  }

  override async refresh(target: DeskeraTarget, request: RefreshRequest): Promise<GrantOutcome> {
    if (!request.mayStillSend()) return passing('not_sent');
    const { refreshToken } = request;
    return this.#answer('refresh', { operation: 'refresh', target, sent: refreshToken }, () =>
      outcomeOf(this.grants.refresh(refreshToken, target.apiVersion)),
    );
  }

  override validate(target: DeskeraTarget, token: Secret): Promise<ValidateOutcome> {
    return this.#answer('validate', { operation: 'validate', target, sent: token }, () => ({
      kind: this.grants.isValid(token) ? 'valid' : 'invalid',
    }));
  }

  async #answer<Operation extends FakeOperation>(
    operation: Operation,
    call: FakeCall,
    honest: () => Outcomes[Operation],
  ): Promise<Outcomes[Operation]> {
    this.calls.push(call);
    const scripted = this.#scripts[operation].shift();
    await this.#holds[operation].shift()?.pass();
    if (scripted === undefined) return honest();
    return typeof scripted === 'function' ? scripted(call, honest) : scripted;
  }
}

function outcomeOf(grant: DeskeraGrant | null): GrantOutcome {
  return grant === null ? refused() : granted(grant);
}
