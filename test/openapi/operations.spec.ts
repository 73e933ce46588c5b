import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describedOperations } from './described-api.js';
import { ExercisedBroker, parsed, redirectOrigin } from './exercised-broker.js';
import { exerciseServiceKeys } from './service-keys-exercise.js';
import { exerciseWebhooks } from './webhooks-exercise.js';

const nobody = '3f0f3b8e-6a9e-4d2b-9d5c-000000000000';
const html = { accept: 'text/html' };

let broker: ExercisedBroker;

beforeAll(async () => {
  broker = await ExercisedBroker.start();
  await broker.listen();
});

afterAll(async () => {
  await broker.close();
});

describe('what is open to everybody answers as it is described', () => {
  it.each(['/health/live', '/health/ready', '/metrics', '/not-connected?code=access_denied', '/connected'])(
    '%s',
    async (path) => {
      expect((await broker.browse(path)).status).toBe(200);
    },
  );

  it.each(['/openapi.json', '/docs', '/docs/errors'])('%s, and only once', async (path) => {
    const { status, headers } = await broker.browse(path);
    expect(status).toBe(200);
    const again = await broker.browse(path, { 'if-none-match': String(headers['etag']) });
    expect(again.status).toBe(304);
  });

  it.each(['/health/live', '/metrics', '/docs'])('%s with a query that is none', async (path) => {
    expect((await broker.browse(`${path}?a=1&a=2`)).status).toBe(400);
  });
});

describe('a connect answers as it is described', () => {
  it('from the label to the landing', async () => {
    await broker.platform.sandbox.addOrg('100');
    const asked = { tenantId: 'labelled', label: 'Acme', redirectUri: null };
    const json = parsed(await broker.call('POST', '/admin/api/connect-sessions', asked));
    const link = new URL(String(json['connectUrl'])).pathname;
    expect((await broker.browse(link, { 'sec-purpose': 'prefetch' })).status).toBe(204);
    const label = await broker.browse(link);
    expect(label.status).toBe(200);
    expect((await broker.exercise.call({ method: 'HEAD', path: link })).status).toBe(200);
    const [cookie = ''] = [label.headers['set-cookie'] ?? []].flat()[0]?.split(';') ?? [];
    const goOn = link + (/href="(\?continue=[\w-]+)"/.exec(label.body)?.[1] ?? '');
    expect((await broker.browse(goOn)).status).toBe(200);
    const { status, headers } = await broker.browse(goOn, { cookie });
    expect(status).toBe(303);
    const state = new URL(String(headers['location'])).searchParams.get('state') ?? '';
    const callback = broker.callbackPath(state, await broker.platform.sandbox.code('100'));
    expect(parsed(await broker.browse(callback))).toEqual({ status: 'connected' });
    expect((await broker.browse(`/connected?session=${String(json['sessionId'])}`)).status).toBe(200);
    expect((await broker.browse(link)).status).toBe(410);
    expect((await broker.exercise.call({ method: 'HEAD', path: link })).status).toBe(410);
  });

  it('of V2, which ends in the browser it began in', async () => {
    await broker.platform.sandbox.addOrg('101');
    const begun = await broker.begin('by-v2', { apiVersion: 'v2', redirectUri: `${redirectOrigin}/done` });
    const callback = broker.callbackPath(begun.state, await broker.platform.sandbox.code('101', 'v2'));
    expect((await broker.browse(callback, html)).status).toBe(403);
    expect((await broker.browse(callback, { ...html, cookie: begun.cookie })).status).toBe(303);
  });

  it('of V2 that is denied, told in a form', async () => {
    const { state, cookie } = await broker.begin('denied', { apiVersion: 'v2' });
    const posted = await broker.exercise.call({
      method: 'POST',
      path: '/oauth/callback',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
      body: new URLSearchParams({ state, error: 'access_denied' }).toString(),
    });
    expect(posted.status).toBe(303);
  });

  it('that is activated by the browser’s landing', async () => {
    await broker.platform.sandbox.addOrg('102');
    const begun = await broker.begin('landing', {
      activation: 'browser',
      redirectUri: `${redirectOrigin}/done`,
    });
    await broker.browse(broker.callbackPath(begun.state, await broker.platform.sandbox.code('102')));
    expect(await broker.code('GET', '/v1/tenants/landing/deskera-token')).toBe('not_connected');
    const landing = `/connected?session=${begun.sessionId}`;
    expect((await broker.browse(landing, { 'sec-purpose': 'prefetch' })).status).toBe(204);
    const { headers } = await broker.browse(landing, { cookie: begun.cookie });
    expect(headers['location']).toContain('status=connected');
  });

  it('that another browser’s landing ends', async () => {
    await broker.platform.sandbox.addOrg('112');
    const begun = await broker.begin('elsewhere', { activation: 'browser' });
    await broker.browse(broker.callbackPath(begun.state, await broker.platform.sandbox.code('112')));
    const landing = `/connected?session=${begun.sessionId}`;
    expect((await broker.browse(landing)).status).toBe(403);
    expect((await broker.browse(landing, { cookie: begun.cookie })).status).toBe(200);
    expect(await broker.code('GET', '/v1/tenants/elsewhere/deskera-token')).toBe('not_connected');
  });

  it('that the service confirms', async () => {
    await broker.platform.sandbox.addOrg('103');
    const begun = await broker.begin('confirming', { activation: 'confirm' });
    const session = `/v1/tenants/confirming/connect-sessions/${begun.sessionId}`;
    expect(await broker.code('POST', `${session}/confirm`)).toBe('connect_session_not_awaiting');
    const code = await broker.platform.sandbox.code('103');
    const posted = await broker.exercise.call({
      method: 'POST',
      path: '/oauth/callback',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, state: begun.state }),
    });
    expect(posted.status).toBe(200);
    expect(parsed(await broker.call('GET', session))).toMatchObject({ status: 'awaiting_activation' });
    expect(parsed(await broker.call('POST', `${session}/confirm`))).toMatchObject({ status: 'connected' });
    expect(await broker.code('GET', '/v1/tenants/other/connect-sessions/nothing')).toBe(
      'connect_session_not_found',
    );
  });

  it('that fails', async () => {
    const { state } = await broker.begin('failing');
    const code = async (query: string): Promise<unknown> =>
      parsed(await broker.browse(`/oauth/callback${query}`))['code'];
    expect(await code('')).toBe('missing_state');
    expect(await code('?state=nonsense')).toBe('missing_code');
    expect(await code('?state=nonsense&code=1')).toBe('unknown_state');
    expect((await broker.browse('/oauth/callback?state=nonsense&code=1', html)).status).toBe(400);
    expect(await code(`?state=${state}&code=nonsense`)).toBe('code_exchange_failed');
    expect(await code(`?state=${state}&code=another`)).toBe('state_already_used');
    const denied = await broker.begin('failing');
    expect(await code(`?state=${denied.state}&error=access_denied`)).toBe('access_denied');
    const connect = '/v1/tenants/failing/connect-sessions';
    expect(await broker.code('POST', connect, { redirectUri: 'https://other.example' })).toBe(
      'invalid_redirect_uri',
    );
    expect(await broker.code('POST', connect, { colour: 'red' })).toBe('invalid_request');
    expect(await broker.code('POST', '/v1/tenants/a%20b/connect-sessions', {})).toBe('invalid_tenant_id');
    expect(await broker.code('POST', '/admin/api/connect-sessions', { tenantId: 'a b' })).toBe(
      'invalid_tenant_id',
    );
  });

  it('whose callback is asked for first', async () => {
    const origin = broker.platform.sandbox.url;
    const { status, headers } = await broker.exercise.call({
      method: 'OPTIONS',
      path: '/oauth/callback',
      headers: { origin },
    });
    expect([status, headers['access-control-allow-origin']]).toEqual([204, origin]);
  });
});

describe('a token is answered as it is described', () => {
  const token = '/v1/tenants/reader/deskera-token';

  it('where there is one', async () => {
    await broker.connect('reader', '200');
    const { headers, body } = await broker.call('GET', `${token}?minTtlSeconds=5&maxVerifiedAgeSeconds=60`);
    const known = await broker.call('GET', token, undefined, { 'if-none-match': String(headers['etag']) });
    expect(known.status).toBe(304);
    const { fingerprint } = JSON.parse(body) as { fingerprint: string };
    for (const each of [fingerprint, '0000000000000000'])
      expect((await broker.call('POST', `${token}/rejections`, { fingerprint: each })).status).toBe(200);
  });

  it('where there is none', async () => {
    await broker.connect('several', '201');
    await broker.connect('several', '202');
    const several = '/v1/tenants/several/deskera-token';
    expect(await broker.code('GET', several)).toBe('org_ambiguous');
    expect(await broker.code('GET', `${several}?org=none`)).toBe('org_not_connected');
    expect(await broker.code('GET', `${several}?minTtlSeconds=-1`)).toBe('invalid_request');
    const defaultOrg = '/v1/tenants/several/default-org';
    expect(await broker.code('PUT', defaultOrg, { org: 'none' })).toBe('org_not_connected');
    expect((await broker.call('PUT', defaultOrg, { org: '202' })).status).toBe(204);
    expect((await broker.call('GET', several)).status).toBe(200);
  });

  it('where Deskera is away, or has revoked it', async () => {
    await broker.connect('revoked', '203');
    const path = '/v1/tenants/revoked/deskera-token?maxVerifiedAgeSeconds=0';
    await broker.platform.sandbox.expire('203');
    await broker.platform.sandbox.fault({ operation: 'refresh', kind: 'status', status: 503, times: 20 });
    expect(await broker.code('GET', path)).toBe('deskera_unavailable');
    await broker.platform.sandbox.clearFaults();
    const id = await broker.connect('revoked', '203');
    await broker.platform.sandbox.revoke('203');
    const check = `/admin/api/connections/${id}/check`;
    expect(parsed(await broker.call('POST', check))).toMatchObject({ status: 'reconnect_required' });
    expect(await broker.code('POST', check)).toBe('reconnect_required');
    expect(await broker.code('GET', path)).toBe('reconnect_required');
    expect(
      await broker.code('POST', '/v1/tenants/revoked/deskera-token/rejections', {
        fingerprint: '0000000000000000',
      }),
    ).toBe('reconnect_required');
    expect(await broker.connect('revoked', '203')).toBe(id);
  });
});

describe('connections answer as they are described', () => {
  it('to the tenant’s services', async () => {
    const id = await broker.connect('owner', '300');
    expect((await broker.call('GET', '/v1/tenants/owner/connections')).status).toBe(200);
    const path = `/v1/tenants/owner/connections/${id}`;
    expect((await broker.call('DELETE', path)).status).toBe(204);
    expect(await broker.code('DELETE', path)).toBe('connection_not_found');
  });

  it('to an operator', async () => {
    const id = await broker.connect('watched', '301');
    const path = `/admin/api/connections/${id}`;
    const page = parsed(
      await broker.call('GET', '/admin/api/connections?status=connected&q=WATCHED&limit=1'),
    );
    expect(page).toMatchObject({ items: [{ connectionId: id }] });
    expect(await broker.code('GET', '/admin/api/connections?cursor=nonsense')).toBe('invalid_cursor');
    for (const [method, rest] of [
      ['GET', ''],
      ['GET', '/events'],
      ['GET', '/hand-outs'],
      ['POST', '/check'],
      ['POST', '/refresh'],
    ] as const) {
      expect((await broker.call(method, path + rest)).status).toBe(200);
      expect(await broker.code(method, `/admin/api/connections/${nobody}${rest}`)).toBe(
        'connection_not_found',
      );
    }
    for (const rest of ['events', 'hand-outs'])
      expect(await broker.code('GET', `${path}/${rest}?cursor=nonsense`)).toBe('invalid_cursor');
    expect((await broker.call('DELETE', path)).status).toBe(204);
    expect(await broker.code('POST', `${path}/refresh`)).toBe('not_connected');
    expect((await broker.call('GET', '/admin/api/summary')).status).toBe(200);
  });
});

describe('a grant that is brought in answers as it is described', () => {
  const path = '/admin/api/connections';

  it('adopted, there already, or refused', async () => {
    await broker.platform.sandbox.addOrg('310');
    const grant = await broker.platform.sandbox.grant('310');
    const body = { tenantId: 'bringing', apiVersion: 'v1', ...grant };
    expect(await broker.code('POST', path, { ...body, org: '311' })).toBe('org_mismatch');
    expect((await broker.call('POST', path, body)).status).toBe(201);
    expect((await broker.call('POST', path, body)).status).toBe(200);
    expect(await broker.code('POST', path, { ...body, tenantId: 'another' })).toBe('org_connected_elsewhere');
    expect(await broker.code('POST', path, { ...body, tenantId: 'a b' })).toBe('invalid_tenant_id');
    const unknown = { tenantId: 'bringing', apiVersion: 'v1', deskeraRefreshToken: 'of.nobo.dy' };
    expect(await broker.code('POST', path, unknown)).toBe('grant_refused');
    expect(await broker.code('POST', path, { tenantId: 'bringing' })).toBe('invalid_request');
  });
});

exerciseServiceKeys(() => broker);
exerciseWebhooks(() => broker);

describe('what is wrong with a request as such', () => {
  const path = '/v1/tenants/acme/connect-sessions';

  it.each([
    ['a body that is no JSON', 400, '{', 'application/json'],
    ['a body of another type', 415, '<a/>', 'application/xml'],
    ['a body that is too large', 413, JSON.stringify({ label: 'x'.repeat(70_000) }), 'application/json'],
  ])('%s is %d', async (_, status, body, type) => {
    expect((await broker.call('POST', path, body, { 'content-type': type })).status).toBe(status);
  });

  it('is a part of the path that is too long', async () => {
    expect((await broker.call('GET', `/v1/tenants/${'a'.repeat(600)}/connections`)).status).toBe(414);
  });
});

describe('the exercise', () => {
  it('reached every operation, with every good answer that is described', async () => {
    const operations = await describedOperations();
    const missed = operations.flatMap(({ operationId, responses }) => {
      const seen = broker.exercise.statuses(operationId);
      const good = Object.keys(responses)
        .map(Number)
        .filter((status) => status < 400);
      return good
        .filter((status) => !seen.includes(status))
        .map((status) => `${operationId} ${String(status)}`);
    });
    process.stdout.write(broker.exercise.report());
    expect(missed).toEqual([]);
  });
});
