import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure, failureKinds, type ApiVersion, type FailureCode } from '#kernel';
import type { ReturningSession } from '#oauth';
import { openDoor, type DoorBench } from './testing/door-bench.js';

const returnTo = 'https://app.example/done?session=S&status=connected';
const authPage = 'https://appauth.deskera.example';
const navigation = { accept: 'text/html,*/*;q=0.8' };
const json = { accept: 'application/json' };
const url = '/oauth/callback?code=Ag78aIu&state=65289&scope=write';

const codes = [
  ...[
    'missing_code',
    'missing_state',
    'unknown_state',
    'access_denied',
    'wrong_browser',
    'state_already_used',
  ],
  ...[
    'org_mismatch',
    'org_connected_elsewhere',
    'connect_superseded',
    'state_expired',
    'code_exchange_failed',
  ],
  ...['deskera_unavailable', 'deskera_client_refused', 'broker_unavailable', 'invalid_request'],
] as FailureCode[];

let door: DoorBench;

beforeAll(async () => {
  door = await openDoor();
});

afterAll(async () => {
  await door.app.close();
});

beforeEach(() => {
  door.oauth.handled.length = 0;
});

const session = (apiVersion: ApiVersion): ReturningSession => ({ apiVersion, returnTo });

function stores(apiVersion: ApiVersion): void {
  door.oauth.result = { kind: 'stored', session: session(apiVersion) };
}

function fails(code: FailureCode, apiVersion: ApiVersion | null): void {
  const failure = new Failure(code, 'Why not.', { internal: 'the inside', retryAfterSeconds: 7 });
  door.oauth.result = { kind: 'failed', failure, session: apiVersion === null ? null : session(apiVersion) };
}

describe('a callback of V1', () => {
  it.each([
    ['GET', { method: 'GET', url }],
    ['POST with a query', { method: 'POST', url }],
    [
      'POST of JSON',
      { method: 'POST', url: '/oauth/callback', payload: { code: 'Ag78aIu', state: '65289' } },
    ],
    [
      'POST of a form',
      {
        method: 'POST',
        url: '/oauth/callback',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'code=Ag78aIu&state=65289',
      },
    ],
  ] as const)('by %s is answered once the tokens are stored', async (_, request) => {
    stores('v1');
    const answer = await door.app.inject(request);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: 'connected' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(door.oauth.handled).toEqual([
      { code: 'Ag78aIu', state: '65289', error: undefined, browserIds: [] },
    ]);
  });

  it.each(codes)('that failed with %s is a problem document, whoever asks', async (code) => {
    fails(code, 'v1');
    const answer = await door.app.inject({ url, headers: navigation });
    expect(answer.statusCode).toBe(failureKinds[code].status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['retry-after']).toBe('7');
    expect(answer.json()).toMatchObject({ code, detail: 'Why not.' });
    expect(answer.body).not.toMatch(/Ag78aIu|65289|the inside/);
  });

  it("is readable for the auth page's script, failures too", async () => {
    fails('code_exchange_failed', 'v1');
    const answer = await door.app.inject({ url, headers: { origin: authPage } });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': authPage, vary: 'Origin' });
  });
});

describe('a callback of V2', () => {
  it('sends the person on, with the cookie looked at', async () => {
    stores('v2');
    const answer = await door.app.inject({
      url,
      headers: { ...navigation, cookie: '__Host-dtb-browser=browser' },
    });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers).toMatchObject({ location: returnTo, 'cache-control': 'no-store' });
    expect(door.oauth.handled[0]?.browserIds[0]?.reveal()).toBe('browser');
  });

  it('sends the person on also when it failed', async () => {
    fails('org_mismatch', 'v2');
    const answer = await door.app.inject({ url, headers: navigation });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe(returnTo);
  });

  it('is a page where it came from another browser', async () => {
    fails('wrong_browser', 'v2');
    const answer = await door.app.inject({ url, headers: navigation });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('This was begun in another browser');
  });

  it.each(codes)('that failed with %s is a problem document for who wants JSON', async (code) => {
    fails(code, 'v2');
    const answer = await door.app.inject({ url, headers: json });
    expect(answer.statusCode).toBe(failureKinds[code].status);
    expect(answer.json()).toMatchObject({ code });
  });
});

describe('a callback of no session', () => {
  it.each(['missing_code', 'missing_state', 'unknown_state', 'invalid_request'] as const)(
    '%s',
    async (code) => {
      fails(code, null);
      const [page, problem] = [
        await door.app.inject({ url, headers: navigation }),
        await door.app.inject({ url, headers: { accept: '*/*' } }),
      ];
      expect([page.statusCode, problem.statusCode]).toEqual([400, 400]);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(problem.json()).toMatchObject({ code });
    },
  );

  it('tells nothing of what nobody expected', async () => {
    door.oauth.result = new Error('the inside');
    const answer = await door.app.inject({ url });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('the inside');
  });
});

describe('other methods', () => {
  it('OPTIONS is answered with 204, for the auth pages with CORS', async () => {
    const request = { method: 'OPTIONS', url: '/oauth/callback' } as const;
    const allowed = await door.app.inject({ ...request, headers: { origin: authPage } });
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers).toMatchObject({ 'access-control-allow-origin': authPage, vary: 'Origin' });
    expect(allowed.headers).not.toHaveProperty('access-control-allow-credentials');
    const other = await door.app.inject({ ...request, headers: { origin: 'https://evil.example' } });
    expect(other.statusCode).toBe(204);
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('HEAD spends nothing', async () => {
    const answer = await door.app.inject({ method: 'HEAD', url });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('GET, POST, OPTIONS');
    expect(door.oauth.handled).toHaveLength(0);
  });
});
