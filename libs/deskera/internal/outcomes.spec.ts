import { describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { fakeToken } from '../testing/index.js';
import type { GrantCall } from './failure-table.js';
import { grantOutcome, validateOutcome } from './outcomes.js';
import type { NoAnswer, WireAnswer, WireHead } from './wire.js';

const v1Exchange: GrantCall = { operation: 'exchange', apiVersion: 'v1' };
const v1Refresh: GrantCall = { operation: 'refresh', apiVersion: 'v1' };
const v2Exchange: GrantCall = { operation: 'exchange', apiVersion: 'v2' };
const v2Refresh: GrantCall = { operation: 'refresh', apiVersion: 'v2' };
const all = [v1Exchange, v1Refresh, v2Exchange, v2Refresh];
const secretText = 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0.c2ln';
const html = '<!DOCTYPE html><html><body>Gateway</body></html>';

function answer(status: number, body: unknown = '', head: Partial<WireHead> = {}): WireAnswer {
  return {
    kind: 'answer',
    head: {
      status,
      contentType: 'application/json',
      date: null,
      retryAfterSeconds: null,
      challenge: null,
      ...head,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    trouble: null,
  };
}

function told(call: GrantCall, result: WireAnswer | NoAnswer): string {
  const outcome = grantOutcome(call, result, Secret.of(secretText));
  const reason = 'reason' in outcome ? ` ${outcome.reason}` : '';
  return `${outcome.kind}${reason}${outcome.definite ? '' : ' indefinite'}`;
}

const named = (text: string) => ({ error_description: `${text}: ${secretText}` });
const unknownFailure = 'passing unreadable indefinite';
const badRequest = 'our_fault bad_request';
const clientRefused = 'our_fault client_refused';

describe('an answer without a grant', () => {
  it.each<{ calls: GrantCall[]; status: number; body?: unknown; head?: Partial<WireHead>; is: string }>([
    // The token's.
    { calls: all, status: 400, body: { error: 'invalid_grant', ...named('Invalid code') }, is: 'refused' },
    { calls: all, status: 401, body: { error: 'invalid_token', ...named('expired') }, is: 'refused' },
    { calls: all, status: 403, body: { error: 'invalid_grant' }, is: 'refused' },
    { calls: all, status: 400, body: { message: `Invalid refresh token: ${secretText}` }, is: 'refused' },
    { calls: [v1Refresh], status: 401, is: 'refused' },
    { calls: [v1Refresh], status: 401, body: html, is: 'refused' },
    { calls: [v1Refresh], status: 401, body: { error: 'unauthorized' }, is: 'refused' },
    { calls: [v1Refresh], status: 401, body: { error: 'invalid_client' }, is: 'refused' },
    { calls: [v1Exchange], status: 401, is: 'refused' },
    { calls: [v1Exchange, v1Refresh], status: 403, is: 'refused' },
    // The client's.
    {
      calls: [v1Exchange, v2Exchange, v2Refresh],
      status: 401,
      body: { error: 'unauthorized' },
      is: clientRefused,
    },
    {
      calls: [v1Exchange, v2Exchange, v2Refresh],
      status: 401,
      body: { error: 'invalid_client' },
      is: clientRefused,
    },
    {
      calls: [v1Exchange, v2Exchange, v2Refresh],
      status: 400,
      body: { error: 'invalid_client' },
      is: clientRefused,
    },
    { calls: [v1Exchange], status: 401, head: { challenge: 'basic' }, is: clientRefused },
    { calls: [v2Exchange, v2Refresh], status: 401, is: clientRefused },
    { calls: [v2Exchange, v2Refresh], status: 401, body: html, is: clientRefused },
    { calls: [v2Exchange, v2Refresh], status: 401, body: { message: 'who are you' }, is: clientRefused },
    // Our request's.
    { calls: all, status: 400, is: badRequest },
    { calls: all, status: 400, body: html, is: badRequest },
    { calls: all, status: 400, body: { error: 'invalid_request' }, is: badRequest },
    { calls: all, status: 400, body: { message: 'tenantId is required' }, is: badRequest },
    { calls: [v1Refresh], status: 400, body: { error: 'invalid_client' }, is: badRequest },
    { calls: all, status: 404, body: html, is: badRequest },
    { calls: all, status: 404, body: { error: 'invalid_grant' }, is: badRequest },
    { calls: all, status: 405, is: badRequest },
    { calls: all, status: 415, is: badRequest },
    { calls: all, status: 431, is: badRequest },
    // Don't know.
    { calls: all, status: 429, is: 'passing rate_limited' },
    { calls: all, status: 500, body: { error: 'invalid_grant' }, is: 'passing server_error indefinite' },
    { calls: all, status: 502, body: html, is: 'passing server_error indefinite' },
    { calls: all, status: 503, is: 'passing server_error indefinite' },
    { calls: all, status: 302, head: { contentType: 'text/html' }, is: unknownFailure },
    { calls: all, status: 307, is: unknownFailure },
    { calls: all, status: 403, body: html, head: { contentType: 'text/html' }, is: unknownFailure },
    { calls: [v2Exchange, v2Refresh], status: 403, is: unknownFailure },
    { calls: all, status: 408, is: unknownFailure },
    { calls: all, status: 409, is: unknownFailure },
    { calls: all, status: 418, is: unknownFailure },
    { calls: all, status: 200, is: unknownFailure },
    { calls: all, status: 204, is: unknownFailure },
    { calls: all, status: 200, body: html, is: unknownFailure },
    { calls: all, status: 200, body: '{"access_token":"a.b', is: unknownFailure },
    { calls: all, status: 200, body: '[]', is: unknownFailure },
    { calls: all, status: 200, body: { error: 'new kind of error' }, is: unknownFailure },
    // Errors under a 200.
    { calls: all, status: 200, body: { error: 'invalid_grant' }, is: 'refused' },
    { calls: all, status: 200, body: { status: 'error', message: 'Invalid token!' }, is: 'refused' },
    { calls: [v1Refresh], status: 200, body: { status: 'error', code: 401, message: 'no' }, is: 'refused' },
    { calls: [v2Refresh], status: 200, body: { error: 'invalid_client' }, is: clientRefused },
    { calls: [v2Refresh], status: 200, body: { httpStatus: 'UNAUTHORIZED' }, is: clientRefused },
    { calls: all, status: 200, body: { httpStatus: 429 }, is: 'passing rate_limited' },
    { calls: all, status: 200, body: { error: 'server_error' }, is: 'passing server_error indefinite' },
    { calls: all, status: 200, body: { httpStatus: 500 }, is: 'passing server_error indefinite' },
  ])('$status $body is $is', ({ calls, status, body, head, is }) => {
    for (const call of calls)
      expect(`${JSON.stringify(call)} ${told(call, answer(status, body, head))}`).toBe(
        `${JSON.stringify(call)} ${is}`,
      );
  });

  it.each([400, 401, 403, 404, 429, 500])(
    'tells status and error word of a %d, never its sentence',
    (status) => {
      const body = { error: 'invalid_grant', error_description: `Invalid refresh token: ${secretText}` };
      for (const call of all) {
        const outcome = grantOutcome(call, answer(status, body), Secret.of(secretText));
        expect(outcome).toMatchObject({ summary: `${String(status)} invalid_grant` });
        expect(JSON.stringify(outcome)).not.toContain(secretText);
      }
    },
  );

  it('passes on what Retry-After asks for', () => {
    for (const status of [429, 503, 302]) {
      const outcome = grantOutcome(v1Refresh, answer(status, '', { retryAfterSeconds: 7 }), null);
      expect(outcome).toMatchObject({ kind: 'passing', retryAfterSeconds: 7 });
    }
  });

  it.each([
    { status: 200, trouble: 'reset', is: 'passing reset indefinite' },
    { status: 200, trouble: 'timeout', is: 'passing timeout indefinite' },
    { status: 200, trouble: 'unreadable', is: unknownFailure },
    { status: 400, trouble: 'reset', is: 'passing reset indefinite' },
    { status: 429, trouble: 'reset', is: 'passing rate_limited' },
    { status: 503, trouble: 'timeout', is: 'passing server_error indefinite' },
  ] as const)('$status whose body did not come whole ($trouble) is $is', ({ status, trouble, is }) => {
    for (const call of all) expect(told(call, { ...answer(status), body: null, trouble })).toBe(is);
  });

  it.each([
    { trouble: 'not_sent', unsent: true, is: 'passing not_sent' },
    { trouble: 'connection_failed', unsent: true, is: 'passing connection_failed' },
    { trouble: 'reset', unsent: false, is: 'passing reset indefinite' },
    { trouble: 'timeout', unsent: false, is: 'passing timeout indefinite' },
  ] as const)('none at all ($trouble) is $is', ({ trouble, unsent, is }) => {
    const nothing: NoAnswer = { kind: 'no_answer', trouble, unsent, code: 'ECONNRESET' };
    for (const call of all) expect(told(call, nothing)).toBe(is);
    expect(validateOutcome(nothing)).toMatchObject({ kind: 'passing', definite: unsent, reason: trouble });
  });
});

describe('an answer with a grant', () => {
  const pair = { access_token: fakeToken().reveal(), refresh_token: fakeToken().reveal() };

  it.each([200, 201])('is granted under a %d, whatever else stands there', (status) => {
    expect(told(v2Refresh, answer(status, pair))).toBe('granted');
    expect(told(v2Refresh, answer(status, { ...pair, error: 'invalid_grant' }))).toBe('granted');
  });

  it.each([302, 400, 500])('is none under a %d', (status) => {
    expect(told(v2Refresh, answer(status, pair))).not.toBe('granted');
  });
});

describe('validate', () => {
  it.each([
    { status: 200, body: '', kind: 'valid' },
    { status: 200, body: html, kind: 'valid' },
    { status: 200, body: null, kind: 'valid' },
    { status: 401, body: 'Invalid token!', kind: 'invalid' },
    { status: 401, body: null, kind: 'invalid' },
    { status: 204, body: '', kind: 'unreadable' },
    { status: 302, body: '', kind: 'unreadable' },
    { status: 400, body: '', kind: 'unreadable' },
    { status: 403, body: '', kind: 'unreadable' },
    { status: 404, body: html, kind: 'unreadable' },
    { status: 429, body: '', kind: 'rate_limited' },
    { status: 500, body: '', kind: 'server_error' },
    { status: 503, body: null, kind: 'server_error' },
  ])('goes by status alone: $status $body is $kind', ({ status, body, kind }) => {
    const outcome = validateOutcome({ ...answer(status), body, trouble: body === null ? 'reset' : null });
    expect('reason' in outcome ? outcome.reason : outcome.kind).toBe(kind);
  });
});
