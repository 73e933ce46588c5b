import { describe, expect, it } from '@jest/globals';
import { NotConnectedError, OrgAmbiguousError, ReconnectRequiredError, TokenBrokerError } from '../errors.js';
import { readProblem } from './read-problem.js';

function read(status: number, body: unknown, headers: Record<string, string> = {}): TokenBrokerError {
  return readProblem(status, new Headers(headers), typeof body === 'string' ? body : JSON.stringify(body));
}

describe('a problem', () => {
  it('brings code, status, seconds and all it says', () => {
    const body = {
      code: 'deskera_unavailable',
      title: 'T',
      detail: 'Deskera cannot be asked now.',
      extra: [1],
    };
    const error = read(503, body, { 'retry-after': '4' });
    expect(error).toMatchObject({
      name: 'TokenBrokerError',
      message: 'Deskera cannot be asked now.',
      code: 'deskera_unavailable',
      status: 503,
      retryAfterSeconds: 4,
      problem: body,
    });
  });

  it('of a newer broker is read as well', () => {
    expect(read(418, { code: 'quite_new' })).toMatchObject({
      code: 'quite_new',
      message: 'quite_new',
      status: 418,
    });
  });

  it('tells why and since when a tenant has to connect again', () => {
    const error = read(409, {
      code: 'reconnect_required',
      reason: 'grant_revoked',
      since: '2026-11-23T11:00:00Z',
    });
    expect(error).toBeInstanceOf(ReconnectRequiredError);
    expect(error).toBeInstanceOf(TokenBrokerError);
    expect(error).toMatchObject({ reason: 'grant_revoked', since: '2026-11-23T11:00:00Z' });
  });

  it('tells which orgs there are', () => {
    const orgs = [{ id: '1', name: 'One', status: 'connected' }];
    const error = read(409, { code: 'org_ambiguous', orgs: [...orgs, null, 'x'] });
    expect(error).toBeInstanceOf(OrgAmbiguousError);
    expect(error).toMatchObject({ orgs });
  });

  it.each(['not_connected', 'org_not_connected'])('%s is one class', (code) => {
    expect(read(404, { code })).toBeInstanceOf(NotConnectedError);
  });

  it.each([
    ['reconnect_required', { reason: null, since: null }],
    ['org_ambiguous', { orgs: [] }],
  ])('%s stays what it is without its members', (code, members) => {
    expect(read(409, { code, reason: 7, since: [], orgs: 'many' })).toMatchObject({ code, ...members });
  });

  it('has a message that ends', () => {
    expect(read(400, { code: 'invalid_request', detail: 'x'.repeat(9_000) }).message).toHaveLength(500);
  });
});

describe('what is no problem', () => {
  it.each([
    ['a page of a proxy', 502, '<html>Bad Gateway key=dtb_1</html>'],
    ['nothing', 500, ''],
    ['JSON of somebody else', 500, { error: 'x' }],
    ['a code that is none', 500, { code: 'With Spaces' }],
    ['a redirect', 302, { code: 'reconnect_required' }],
    ['null', 500, 'null'],
  ])('%s is an unexpected answer, and not repeated', (_, status, body) => {
    const error = read(status, body, { 'retry-after': '3' });
    expect(error).toMatchObject({
      code: 'unexpected_answer',
      status,
      retryAfterSeconds: 3,
      problem: undefined,
    });
    expect(error.message).not.toContain('dtb_1');
  });
});
