import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Person } from '../../apps/local/src/demo/person.js';
import { firstForm } from '../../apps/local/src/demo/web-form.js';
import type { CallbackMethod, Fault } from '#sandbox';
import type { BrokerClient } from './broker-client.js';
import { startPlatform, type Platform } from './platform.js';

let app: Server;
let landing: string;
let platform: Platform;
let broker: BrokerClient;
let tenants = 0;

beforeAll(async () => {
  app = createServer((_request, response) => response.end('the app')).listen(0, '127.0.0.1');
  await once(app, 'listening');
  landing = `http://127.0.0.1:${String((app.address() as AddressInfo).port)}`;
  platform = await startPlatform({ variables: { CONNECT_REDIRECT_ORIGINS: landing } });
  ({ broker } = platform);
});

afterAll(async () => {
  await platform.close();
  app.close();
});

describe('the history of a connection', () => {
  it('names the key of each service that connected, confirmed, chose or disconnected it', async () => {
    const tenantId = newTenant();
    const made = await broker.call('POST', '/admin/api/service-keys', {
      name: 'writer',
      scopes: ['connections:write', 'connections:read'],
      tenants: [tenantId],
    });
    const actor = `key:${String(made.json['keyId'])}`;
    const service = broker.withKey(String(made.json['key']));
    const { sessionId } = await service.connect(tenantId, { body: { activation: 'confirm' } });
    const path = `/v1/tenants/${tenantId}`;
    const { json } = await service.call('POST', `${path}/connect-sessions/${sessionId}/confirm`);
    const { id } = json['org'] as { readonly id: string };
    const connectionId = String(json['connectionId']);
    expect((await service.call('PUT', `${path}/default-org`, { org: id })).status).toBe(204);
    expect((await service.call('DELETE', `${path}/connections/${connectionId}`)).status).toBe(204);
    const history = await broker.call('GET', `/admin/api/connections/${connectionId}/events`);
    const events = history.json['items'] as readonly { kind: string; detail: { actor?: string } }[];
    const ofService = events.filter(({ detail }) => detail.actor === actor).map(({ kind }) => kind);
    expect(ofService).toEqual(['disconnected', 'default_org_set', 'confirmed', expect.any(String)]);
  });
});

describe.each(['v1', 'v2'])('connecting by %s', (apiVersion) => {
  it('is told of to the service that began it', async () => {
    const tenantId = newTenant();
    const { sessionId } = await broker.connect(tenantId, { body: { apiVersion } });
    const { json } = await broker.session(tenantId, sessionId);
    expect(json).toMatchObject({
      status: 'connected',
      org: { id: expect.any(String), name: expect.any(String) },
    });
    expect(await broker.session(newTenant(), sessionId)).toMatchObject({
      status: 404,
      json: { code: 'connect_session_not_found' },
    });
  });

  it('sends the person back to where the service wants, with the session', async () => {
    const tenantId = newTenant();
    const person = new Person();
    const { json } = await broker.startConnect(tenantId, { apiVersion, redirectUri: `${landing}/done?a=1` });
    const consent = await person.open(String(json['connectUrl']));
    const { address } = await person.press(consent, 'Allow');
    const query = Object.fromEntries(new URL(address).searchParams);
    expect(address.startsWith(`${landing}/done?`)).toBe(true);
    expect(query).toEqual({ a: '1', session: json['sessionId'], status: 'connected' });
    expect((await broker.session(tenantId, String(json['sessionId']))).json).toMatchObject({
      status: 'connected',
    });
  });

  it('that the person denies ends the session, and its link', async () => {
    const tenantId = newTenant();
    const { json } = await broker.startConnect(tenantId, { apiVersion });
    const person = new Person();
    const consent = await person.open(String(json['connectUrl']));
    await person.press(consent, 'Deny');
    expect((await broker.session(tenantId, String(json['sessionId']))).json).toMatchObject({
      status: 'failed',
      code: 'access_denied',
    });
    expect((await person.open(String(json['connectUrl']))).status).toBe(410);
    expect(await broker.token(tenantId)).toMatchObject({ status: 404, json: { code: 'not_connected' } });
  });

  it('with a link that is used up, or unknown, is a page that says so', async () => {
    const tenantId = newTenant();
    const { json } = await broker.startConnect(tenantId, { apiVersion });
    const person = new Person();
    await person.press(await person.open(String(json['connectUrl'])), 'Allow');
    const used = await person.open(String(json['connectUrl']));
    const unknown = await person.open(`${broker.url}/connect/${'x'.repeat(44)}`);
    expect([used.status, unknown.status]).toEqual([410, 410]);
    expect(used.html).toBe(unknown.html);
  });

  it('of another org than asked for stores nothing', async () => {
    const tenantId = newTenant();
    const { sessionId } = await broker.connect(tenantId, { body: { apiVersion, org: 'another-org' } });
    expect((await broker.session(tenantId, sessionId)).json).toMatchObject({
      status: 'failed',
      code: 'org_mismatch',
    });
    expect((await broker.token(tenantId)).status).toBe(404);
  });

  it('with a label says first what is connected, and goes on by a click', async () => {
    const { json } = await broker.startConnect(newTenant(), { apiVersion, label: 'Acme <Pte> Ltd' });
    const page = await new Person().open(String(json['connectUrl']));
    expect(page.status).toBe(200);
    expect(page.html).toContain('Acme &lt;Pte&gt; Ltd');
    expect(new URL(page.address).origin).toBe(broker.url);
  });

  it('to be confirmed by the service is served only after that', async () => {
    const tenantId = newTenant();
    const { sessionId } = await broker.connect(tenantId, { body: { apiVersion, activation: 'confirm' } });
    expect((await broker.session(tenantId, sessionId)).json).toMatchObject({
      status: 'awaiting_activation',
      org: { id: expect.any(String) },
    });
    expect(await broker.token(tenantId)).toMatchObject({ status: 404, json: { code: 'not_connected' } });
    const confirmed = await broker.call(
      'POST',
      `/v1/tenants/${tenantId}/connect-sessions/${sessionId}/confirm`,
    );
    expect(confirmed.status).toBeLessThan(300);
    expect((await broker.session(tenantId, sessionId)).json).toMatchObject({ status: 'connected' });
    expect((await broker.token(tenantId)).status).toBe(200);
  });

  it('to be activated by the browser is served once that browser has landed', async () => {
    const tenantId = newTenant();
    const { sessionId, landed } = await broker.connect(tenantId, {
      body: { apiVersion, activation: 'browser' },
    });
    expect(landed.status).toBe(200);
    expect((await broker.session(tenantId, sessionId)).json).toMatchObject({ status: 'connected' });
    expect((await broker.token(tenantId)).status).toBe(200);
  });

  it('again replaces what is connected, under the same id', async () => {
    const tenantId = newTenant();
    await broker.connect(tenantId, { body: { apiVersion } });
    const before = await broker.token(tenantId);
    await broker.connect(tenantId, { body: { apiVersion } });
    const after = await broker.token(tenantId);
    expect(after.json['connectionId']).toBe(before.json['connectionId']);
    expect(after.json['fingerprint']).not.toBe(before.json['fingerprint']);
  });
});

describe('the browser that opened a V2 link', () => {
  it('is the only one whose callback counts', async () => {
    const tenantId = newTenant();
    const { json } = await broker.startConnect(tenantId, { apiVersion: 'v2' });
    const opener = new Person();
    const consent = await opener.open(String(json['connectUrl']));
    await new Person().press(consent, 'Allow');
    expect((await broker.session(tenantId, String(json['sessionId']))).json).toMatchObject({
      status: 'pending',
    });
    await opener.press(consent, 'Allow');
    expect((await broker.session(tenantId, String(json['sessionId']))).json).toMatchObject({
      status: 'connected',
    });
  });
});

describe('somebody who sends Deskera’s address of a link to another person', () => {
  it('gets nothing by V1 with activation by the browser, once that person has landed', async () => {
    const tenantId = newTenant();
    const { json } = await broker.startConnect(tenantId, { apiVersion: 'v1', activation: 'browser' });
    const attacker = new Person();
    const consent = await attacker.open(String(json['connectUrl']));
    expect((await new Person().press(consent, 'Allow')).status).toBe(403);
    const page = await attacker.open(`${broker.url}/connected?session=${String(json['sessionId'])}`);
    expect(page.html).toContain('wrong_browser');
    expect((await broker.session(tenantId, String(json['sessionId']))).json).toMatchObject({
      status: 'failed',
      code: 'wrong_browser',
    });
    expect(await broker.token(tenantId)).toMatchObject({ status: 404, json: { code: 'not_connected' } });
    expect((await attacker.open(String(json['connectUrl']))).status).toBe(410);
  });
});

describe('two tabs of a fresh browser', () => {
  it('both land on the connect that one of them completed', async () => {
    const { json } = await broker.startConnect(newTenant(), { apiVersion: 'v2' });
    const link = String(json['connectUrl']);
    const openings = await Promise.all([1, 2].map(() => fetch(link, { redirect: 'manual' })));
    const cookie = [...new Map(openings.flatMap((opening) => opening.headers.getSetCookie().map(pairOf)))]
      .map((pair) => pair.join('='))
      .join('; ');
    const landings: (string | null)[] = [];
    for (const opening of openings) {
      const consent = await fetch(String(opening.headers.get('location')));
      const { action, fields, buttons } = firstForm(await consent.text(), consent.url);
      const allow = buttons.find(({ text }) => text.startsWith('Allow'));
      const body = new URLSearchParams(fields);
      body.append(allow?.name ?? '', allow?.value ?? '');
      const sentBack = await fetch(action, { method: 'POST', body, redirect: 'manual' });
      const callback = String(sentBack.headers.get('location'));
      const answer = await fetch(callback, { redirect: 'manual', headers: { cookie, accept: 'text/html' } });
      landings.push(answer.headers.get('location'));
    }
    expect(landings).toEqual(openings.map(() => expect.stringMatching(/&status=connected$/)));
  });
});

function pairOf(cookie: string): [string, string] {
  const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
  return [name, value];
}

describe('the callback', () => {
  it.each([
    ['an unknown state', '?code=abc&state=unknown', 400, 'unknown_state'],
    ['no state', '?code=abc', 400, 'missing_state'],
    ['no code', '?state=abc', 400, /missing_code|unknown_state/],
    ['a denial of an unknown state', '?error=access_denied&state=abc', 400, 'unknown_state'],
    ['two codes', '?code=a&code=b&state=abc', 400, 'invalid_request'],
    ['unknown parameters given twice', '?scope=a&scope=b&code=abc&state=unknown', 400, 'unknown_state'],
  ])('with %s is refused', async (_what, query, status, code) => {
    const answer = await broker.call('GET', `/oauth/callback${query}`, undefined, {
      accept: 'application/json',
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(String(answer.json['code'])).toMatch(code);
  });

  it('may be asked about by a script of the auth page, and by no other', async () => {
    const preflight = (origin: string) =>
      fetch(`${broker.url}/oauth/callback`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
    const allowed = await preflight(platform.sandbox.url);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(platform.sandbox.url);
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(['query', 'form', 'json'])('may come as a POST with its values in the %s', async (place) => {
    await platform.sandbox.settings({ callbackMethod: `post-${place}` as CallbackMethod });
    try {
      const tenantId = newTenant();
      const { sessionId } = await broker.connect(tenantId);
      expect((await broker.session(tenantId, sessionId)).json).toMatchObject({ status: 'connected' });
    } finally {
      await platform.sandbox.settings({ callbackMethod: 'get' });
    }
  });

  it.each<[string, Partial<Fault>, string]>([
    ['down', { kind: 'status', status: 503 }, 'deskera_unavailable'],
    ['silent', { kind: 'timeout' }, 'deskera_unavailable'],
    [
      'refusing the code',
      { kind: 'status', status: 400, body: '{"error":"invalid_grant"}' },
      'code_exchange_failed',
    ],
    [
      'refusing our client',
      { kind: 'status', status: 401, body: '{"error":"invalid_client"}' },
      'deskera_client_refused',
    ],
  ])('while Deskera is %s tells so, and the next try works', async (_what, fault, code) => {
    const tenantId = newTenant();
    await platform.sandbox.fault({ operation: 'exchange', times: 1, ...fault });
    const { sessionId } = await broker.connect(tenantId);
    expect((await broker.session(tenantId, sessionId)).json).toMatchObject({ status: 'failed', code });
  });
});

function newTenant(): string {
  tenants += 1;
  return `tenant-${String(tenants)}`;
}
