import { describe, expect, it } from '@jest/globals';
import { parseTenantId, Secret } from '#kernel';
import type { ConnectSessionRecord, ConnectStateRecord } from '#connections';
import { decideCallback } from './callback-decision.js';
import type { CallbackAnswer } from './callback-parameters.js';

const code = Secret.of('Ag78aIu');
const withCode: CallbackAnswer = { kind: 'code', code };
const otherCode: CallbackAnswer = { kind: 'code', code: Secret.of('another') };
const denied: CallbackAnswer = { kind: 'error', error: 'denied' };
const browser = Secret.of('browser');

const session: ConnectSessionRecord = {
  sessionSha256: Buffer.alloc(32, 1),
  tenantId: parseTenantId('acme'),
  apiVersion: 'v2',
  apiUrl: 'https://api.example',
  redirectUri: null,
  orgId: null,
  label: null,
  activation: 'callback',
  expiresAt: new Date(0),
  expiresInSeconds: 60,
  expired: false,
  status: 'pending',
  failureCode: null,
  connectionId: null,
  connectNumber: null,
  ended: false,
};

const consumed = { codeSha256: code.sha256(), connectNumber: 7, ageSeconds: 1 };

type Changes = Partial<Omit<ConnectStateRecord, 'session'>> & { session?: Partial<ConnectSessionRecord> };

function decide(changes: Changes, answer: CallbackAnswer = withCode, browserId: Secret | null = browser) {
  const record = {
    stateSha256: Buffer.alloc(32, 2),
    browserSha256: browser.sha256(),
    consumed: null,
    decided: null,
    ...changes,
    session: { ...session, ...changes.session },
  };
  return decideCallback(record, {
    state: Secret.of('state'),
    answer,
    browserIds: browserId === null ? [] : [Secret.of('other'), browserId],
  });
}

const failed = (failure: string) => ({ do: 'fail', code: failure });
const repeated = (failureCode: string | null) => ({ do: 'repeat', failureCode });
const putOff = (failureCode: string) => ({ do: 'put_off', failureCode });
const expired = { session: { expired: true } };

describe('a callback with a state that is not spent', () => {
  it('is exchanged', () => {
    expect(decide({})).toEqual({ do: 'exchange', code });
  });

  it('is exchanged also where another opening of the link failed', () => {
    expect(decide({ session: { status: 'failed', failureCode: 'org_mismatch' } })).toEqual({
      do: 'exchange',
      code,
    });
  });

  it.each<[string, Changes, CallbackAnswer, object]>([
    ['a denial', {}, denied, { do: 'deny' }],
    ['an outage', {}, { kind: 'error', error: 'unavailable' }, putOff('deskera_unavailable')],
    ['a refused request', {}, { kind: 'error', error: 'misconfigured' }, putOff('deskera_client_refused')],
    ['an unfinished login', {}, { kind: 'error', error: 'incomplete' }, putOff('code_exchange_failed')],
    ['no code', {}, { kind: 'nothing' }, failed('missing_code')],
    ['no code in an expired session', expired, { kind: 'nothing' }, failed('missing_code')],
    ['an expired session', expired, withCode, failed('state_expired')],
    ['a denial in an expired session', expired, denied, failed('state_expired')],
    ['a denied state', { decided: { failureCode: 'access_denied' } }, withCode, repeated('access_denied')],
    ['a second denial', { decided: { failureCode: 'access_denied' } }, denied, repeated('access_denied')],
    [
      'a session that was denied through another opening',
      { session: { ended: true, status: 'failed', failureCode: 'access_denied' } },
      withCode,
      repeated('access_denied'),
    ],
    [
      'a session that completed through another opening',
      { session: { ended: true, status: 'connected' } },
      withCode,
      failed('state_already_used'),
    ],
    [
      'a session that awaits its activation through another opening',
      { session: { ended: true, status: 'awaiting_activation' } },
      denied,
      failed('state_already_used'),
    ],
  ])('with %s', (_, changes, answer, expected) => {
    expect(decide(changes, answer)).toEqual(expected);
  });
});

describe('a callback with a state whose exchange was begun', () => {
  it.each<[string, Changes, CallbackAnswer, object]>([
    ['the same code, outcome not known', {}, withCode, { do: 'wait' }],
    ['the same code, stored', { decided: { failureCode: null } }, withCode, repeated(null)],
    [
      'the same code, failed',
      { decided: { failureCode: 'org_mismatch' } },
      withCode,
      repeated('org_mismatch'),
    ],
    ['another code', {}, otherCode, failed('state_already_used')],
    [
      'another code after the outcome',
      { decided: { failureCode: null } },
      otherCode,
      failed('state_already_used'),
    ],
    ['a denial', {}, denied, failed('state_already_used')],
    [
      'the same code, expired',
      { ...expired, decided: { failureCode: null } },
      withCode,
      failed('state_expired'),
    ],
  ])('%s', (_, changes, answer, expected) => {
    expect(decide({ consumed, ...changes }, answer)).toEqual(expected);
  });
});

describe('the browser', () => {
  const stranger = Secret.of('stranger');
  it.each<[string, Changes, CallbackAnswer]>([
    ['before an exchange', {}, withCode],
    ['before a denial', {}, denied],
    ['before the expiry is told', expired, withCode],
    ['before an outcome is repeated', { consumed, decided: { failureCode: null } }, withCode],
  ])('of a V2 callback is compared %s', (_, changes, answer) => {
    expect(decide(changes, answer, stranger)).toEqual(failed('wrong_browser'));
    expect(decide(changes, answer, null)).toEqual(failed('wrong_browser'));
  });

  it('of a V1 callback is Deskera, which brings no cookie', () => {
    expect(decide({ session: { apiVersion: 'v1' } }, withCode, null)).toEqual({ do: 'exchange', code });
  });
});
