import { Injectable } from '@nestjs/common';
import type { Secret } from '#kernel';
import { Deskera, type AuthPageRequest, type DeskeraTarget, type RefreshRequest } from '../deskera.js';
import { DeskeraOptions } from '../options.js';
import type { GrantOutcome, ValidateOutcome } from '../outcome.js';
import { authPageUrl } from './auth-page.js';
import { Breakers } from './breakers.js';
import type { GrantCall } from './failure-table.js';
import { grantOutcome, validateOutcome } from './outcomes.js';
import { DeskeraTransport } from './deskera-transport.js';
import { ClientSecretSelector } from './client-secret-selector.js';
import { RequestAlarm } from './request-alarm.js';
import { exchangeRequest, refreshRequestV1, refreshRequestV2, validateRequest } from './requests.js';
import { Sender } from './sender.js';
import { Stopwatch } from './stopwatch.js';
import type { WireRequest } from './wire.js';

/** What a grant's answer is read to its end for, in times of what a caller waits. */
const patience = 3;

interface GrantRequest {
  readonly call: GrantCall;
  readonly target: DeskeraTarget;
  readonly request: WireRequest;
  readonly mayStillSend: () => boolean;
  /** Null for an exchange. */
  readonly sentRefreshToken: Secret | null;
}

/** Deskera over HTTP. */
@Injectable()
export class HttpDeskera extends Deskera {
  constructor(
    private readonly options: DeskeraOptions,
    private readonly sender: Sender,
    private readonly outlet: DeskeraTransport,
    private readonly breakers: Breakers,
    private readonly registrations: ClientSecretSelector,
    private readonly alarm: RequestAlarm,
    private readonly stopwatch: Stopwatch,
  ) {
    super();
  }

  override authPageUrl(request: AuthPageRequest): string {
    return authPageUrl(this.options, request);
  }

  override exchangeCode(target: DeskeraTarget, code: Secret): Promise<GrantOutcome> {
    const operation = 'exchange';
    return this.registrations.run({ target, subject: code.fingerprint(), operation }, (client) =>
      this.#grant({
        call: { operation, apiVersion: target.apiVersion },
        target,
        request: exchangeRequest(target, code, client, this.options.tokenParams),
        mayStillSend: always,
        sentRefreshToken: null,
      }),
    );
  }

  override prepareRefresh({ apiUrl }: DeskeraTarget): void {
    if (!this.breakers.heldBack().includes(apiUrl)) this.outlet.connectAhead(new URL(apiUrl));
  }

  override refresh(target: DeskeraTarget, refresh: RefreshRequest): Promise<GrantOutcome> {
    const { refreshToken, identity, mayStillSend } = refresh;
    const send = (request: WireRequest): Promise<GrantOutcome> =>
      this.#grant({
        call: { operation: 'refresh', apiVersion: target.apiVersion },
        target,
        request,
        mayStillSend,
        sentRefreshToken: refreshToken,
      });
    const { refreshIdentity, tokenParams } = this.options;
    return target.apiVersion === 'v1'
      ? send(refreshRequestV1(target, refreshToken, identity, refreshIdentity))
      : this.registrations.run(
          { target, subject: refreshToken.fingerprint(), operation: 'refresh' },
          (client) => send(refreshRequestV2(target, refreshToken, client, tokenParams)),
        );
  }

  override validate(target: DeskeraTarget, token: Secret): Promise<ValidateOutcome> {
    const sending = { deadlineMilliseconds: this.options.timeoutSeconds * 1_000, mayStillSend: always };
    return this.breakers.run(target.apiUrl, () =>
      this.stopwatch.time('validate', async () =>
        validateOutcome(await this.sender.send(validateRequest(target, token), sending)),
      ),
    );
  }

  async #grant({
    call,
    target,
    request,
    mayStillSend,
    sentRefreshToken,
  }: GrantRequest): Promise<GrantOutcome> {
    const deadlineMilliseconds = this.options.timeoutSeconds * patience * 1_000;
    const outcome = await this.breakers.run(target.apiUrl, () =>
      this.stopwatch.time(call.operation, async () => {
        const result = await this.sender.send(request, { deadlineMilliseconds, mayStillSend });
        return grantOutcome(call, result, sentRefreshToken);
      }),
    );
    if (outcome.kind === 'our_fault' && outcome.reason === 'bad_request')
      this.alarm.raise(call, outcome.summary);
    if (outcome.kind === 'passing' && outcome.withoutPair === true)
      this.alarm.raiseWithoutPair(call, outcome.summary);
    if (outcome.kind === 'granted' && outcome.grant.refreshTokenUnread === true)
      this.alarm.raiseWithoutPair(call, 'a refresh token that cannot be read');
    return outcome;
  }
}

function always(): boolean {
  return true;
}
