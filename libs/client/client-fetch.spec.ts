import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { TokenBrokerClient, type DeskeraToken, type TokenBrokerOptions } from './index.js';
import { QuickClock, RawServer, sampleToken, sendJson, sendProblem, type Handler } from './testing/index.js';

const reads = '/v1/tenants/acme/deskera-token';
const rejections = `${reads}/rejections`;

let opened: AsyncDisposableStack;
let deskera: RawServer;
let broker: RawServer;
/** What Deskera accepts, and what the broker hands out. */
let accepted: string;
let current: string;
let report: (response: ServerResponse) => void;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  accepted = 'new';
  current = 'old';
  report = (response) => {
    current = 'new';
    sendJson(response, 200, { ...tokenOf('new'), outcome: 'refreshed' });
  };
  deskera = opened.use(
    await RawServer.start(({ headers, body }, response) => {
      const status = headers['x-access-token'] === accepted ? 200 : 401;
      sendJson(response, status, { said: status, body });
    }),
  );
  broker = opened.use(
    await RawServer.start(({ path }, response) => {
      if (path === rejections) report(response);
      else sendJson(response, 200, tokenOf(current));
    }),
  );
});

afterEach(() => opened.disposeAsync());

function tokenOf(text: string, members: Partial<DeskeraToken> = {}): DeskeraToken {
  return sampleToken(text, { apiUrl: deskera.url, ...members });
}

function client(options: Partial<TokenBrokerOptions> = {}): TokenBrokerClient {
  return new TokenBrokerClient(
    { url: broker.url, key: 'dtb_1_s', ...options },
    { clock: new QuickClock(), random: () => 0 },
  );
}

/** The tokens that Deskera saw, in their order. */
function presented(): unknown[] {
  return deskera.seen.map(({ headers }) => headers['x-access-token']);
}

describe('a call to Deskera', () => {
  it('carries the token, read anew each time', async () => {
    accepted = 'old';
    const tokens = client();
    for (const path of ['/v1/contacts', 'v1/contacts', new URL(`${deskera.url}/v1/contacts`)]) {
      expect((await tokens.fetch('acme', path)).status).toBe(200);
    }
    expect(presented()).toEqual(['old', 'old', 'old']);
    expect(deskera.seen.map(({ path }) => path)).toEqual(['/v1/contacts', '/v1/contacts', '/v1/contacts']);
    expect(broker.countOf(reads)).toBe(3);
  });

  it('leaves none elsewhere, not even after a redirect', async () => {
    const elsewhere = opened.use(await RawServer.start((_, response) => response.end()));
    await expect(client().fetch('acme', elsewhere.url)).rejects.toThrow(TypeError);
    deskera.handler = (_, response) => response.writeHead(302, { location: elsewhere.url }).end();
    const answer = await client().fetch('acme', '/v1/contacts');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, elsewhere.url]);
    expect(elsewhere.seen).toHaveLength(0);
  });

  it('names the org that was asked for', async () => {
    accepted = 'old';
    await client().fetch('acme', '/v1/contacts', undefined, { org: '11242' });
    expect(broker.seen[0]?.path).toBe(`${reads}?org=11242`);
  });

  it('fails as the broker says', async () => {
    broker.handler = (_, response) => {
      sendProblem(response, 409, 'reconnect_required', {
        reason: 'grant_revoked',
        since: '2026-11-23T11:00:00Z',
      });
    };
    await expect(client().fetch('acme', '/v1/contacts')).rejects.toMatchObject({
      name: 'ReconnectRequiredError',
      reason: 'grant_revoked',
    });
    expect(deskera.seen).toHaveLength(0);
  });
});

describe('where Deskera answers 401', () => {
  it('the token is reported, and the call sent once more, whole', async () => {
    const answer = await client().fetch('acme', '/v1/contacts', { method: 'POST', body: 'the body' });
    expect(await answer.json()).toEqual({ said: 200, body: 'the body' });
    expect(presented()).toEqual(['old', 'new']);
    const { fingerprint } = tokenOf('old');
    expect(JSON.parse(broker.seen[1]?.body ?? '')).toEqual({ fingerprint, org: '11242' });
  });

  it('it is sent no third time', async () => {
    accepted = 'none';
    const answer = await client().fetch('acme', '/v1/contacts');
    expect([answer.status, presented()]).toEqual([401, ['old', 'new']]);
    expect(broker.countOf(rejections)).toBe(1);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    [
      'the token is good',
      (response) => sendJson(response, 200, { ...tokenOf('old'), outcome: 'still_valid' }),
    ],
    [
      'it is the same again',
      (response) => sendJson(response, 200, { ...tokenOf('old'), outcome: 'replaced' }),
    ],
    [
      'it is for other books',
      (response) =>
        sendJson(response, 200, { ...tokenOf('new', { connectionId: 'another' }), outcome: 'replaced' }),
    ],
    [
      'the broker cannot tell now',
      (response) => {
        sendProblem(response, 503, 'deskera_unavailable', { headers: { 'retry-after': '60' } });
      },
    ],
  ])('it is the answer, unread, where %s', async (_, answering) => {
    report = answering;
    const answer = await client().fetch('acme', '/v1/contacts');
    expect(await answer.json()).toMatchObject({ said: 401 });
    expect(presented()).toEqual(['old']);
  });

  it('the broker’s verdict is thrown where it has one, and no connection stays behind', async () => {
    report = (response) => {
      sendProblem(response, 409, 'reconnect_required', { reason: 'grant_revoked' });
    };
    // More than fits into the buffers: unread, it would hold its connection.
    deskera.handler = (_, response) => response.writeHead(401).end('x'.repeat(20_000_000));
    await expect(client().fetch('acme', '/v1/contacts')).rejects.toMatchObject({
      code: 'reconnect_required',
    });
    while ((await deskera.connections()) > 0) await turn();
  });

  it('no connection stays behind after the second call', async () => {
    deskera.handler = ({ headers }, response) => {
      if (headers['x-access-token'] === 'old') response.writeHead(401).end('x'.repeat(20_000_000));
      else response.writeHead(200, { connection: 'close' }).end('good');
    };
    expect(await (await client().fetch('acme', '/v1/contacts')).text()).toBe('good');
    while ((await deskera.connections()) > 0) await turn();
  });

  it('a stream is not sent again, and the token is reported all the same', async () => {
    const body = new Blob(['once']).stream();
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const answer = await client().fetch('acme', '/v1/contacts', init);
    expect(await answer.json()).toEqual({ said: 401, body: 'once' });
    expect(broker.countOf(rejections)).toBe(1);
    expect(presented()).toEqual(['old']);
  });

  it('callers that were refused the same share one report', async () => {
    const held: ServerResponse[] = [];
    const answering = report;
    report = (response) => held.push(response);
    const tokens = client();
    const calls = [1, 2, 3].map(() => tokens.fetch('acme', '/v1/contacts'));
    while (deskera.seen.length < 3 || held.length === 0) await turn();
    // All three have read their 401 once a later exchange of the same process is through.
    await tokens.getToken('other').catch(() => undefined);
    for (const response of held) answering(response);
    report = answering;
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(broker.countOf(rejections)).toBe(1);
  });

  it('a caller that leaves meanwhile is told its own reason', async () => {
    report = () => undefined;
    const leaving = new AbortController();
    const call = client().fetch('acme', '/v1/contacts', { signal: leaving.signal });
    call.catch(() => undefined);
    while (broker.countOf(rejections) === 0) await turn();
    leaving.abort(new Error('left'));
    await expect(call).rejects.toThrow('left');
  });
});

describe('with cacheSeconds', () => {
  it('a token is used again by fetch, not by getToken', async () => {
    accepted = 'old';
    const tokens = client({ cacheSeconds: 30 });
    for (let call = 0; call < 3; call += 1) await tokens.fetch('acme', '/v1/contacts');
    expect(broker.countOf(reads)).toBe(1);
    await tokens.getToken('acme');
    expect(broker.countOf(reads)).toBe(2);
  });

  it('not once it was refused', async () => {
    const tokens = client({ cacheSeconds: 30 });
    await tokens.fetch('acme', '/v1/contacts');
    await tokens.fetch('acme', '/v1/contacts');
    expect(presented()).toEqual(['old', 'new', 'new']);
    expect(broker.countOf(reads)).toBe(2);
  });

  it.each<[string, (tokens: TokenBrokerClient) => Promise<unknown>]>([
    ['reported', (tokens) => tokens.reportRejection('acme', tokenOf('old').fingerprint)],
    ['disconnected', (tokens) => tokens.disconnect('acme', 'c')],
    ['given another default', (tokens) => tokens.setDefaultOrg('acme', '7')],
  ])('nor by a read that began before the tenant was %s', async (_, change) => {
    accepted = 'old';
    let held: ServerResponse | undefined;
    const answering: Handler = broker.handler;
    broker.handler = (request, response, count) => {
      if (request.path === reads && count === 1) held = response;
      else if (request.path === rejections) report(response);
      else answering(request, response, count);
    };
    const tokens = client({ cacheSeconds: 30 });
    const before = tokens.fetch('acme', '/v1/contacts');
    while (held === undefined) await turn();
    await change(tokens);
    current = 'old';
    const after = tokens.fetch('acme', '/v1/contacts');
    await after;
    expect(broker.countOf(reads)).toBe(2);
    tokens.reportRejection('acme', tokenOf('old').fingerprint).catch(() => undefined);
    sendJson(held, 200, tokenOf('old'));
    expect((await before).status).toBe(200);
    await tokens.fetch('acme', '/v1/contacts');
    expect(broker.countOf(reads)).toBe(3);
  });
});
