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

/** A 401 whose body never ends, and tells when nobody wants it any more; all else as it came. */
function unreadable(response: Response, bodies: string[]): Response {
  if (response.status !== 401) return response;
  const body = new ReadableStream({ cancel: () => void bodies.push('cancelled') });
  return new Response(body, { status: 401 });
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

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['the broker’s verdict is thrown', (response) => sendProblem(response, 409, 'reconnect_required'), '409'],
    [
      'the second answer is handed out',
      (response) => sendJson(response, 200, { ...tokenOf('new'), outcome: 'refreshed' }),
      '200',
    ],
  ])('no connection is held by the first answer: %s', async (_, answering, outcome) => {
    report = answering;
    const bodies: string[] = [];
    const tokens = client({ fetch: async (input, init) => unreadable(await fetch(input, init), bodies) });
    const said = await tokens.fetch('acme', '/v1/contacts').then(
      ({ status }) => String(status),
      (error: unknown) => String((error as { status: number }).status),
    );
    expect([said, bodies]).toEqual([outcome, ['cancelled']]);
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
    const answering = report;
    const held: ServerResponse[] = [];
    report = (response) => held.push(response);
    let refused = 0;
    const tokens = client({
      fetch: async (...call) => {
        const answer = await fetch(...call);
        if (answer.status === 401) refused += 1;
        return answer;
      },
    });
    const calls = [1, 2, 3].map(() => tokens.fetch('acme', '/v1/contacts'));
    while (refused < 3 || held.length === 0) await turn();
    await turn();
    for (const response of held) answering(response);
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
  ])('a read that began before the tenant was %s is joined and kept no more', async (_, change) => {
    accepted = 'old';
    const answering: Handler = broker.handler;
    const held: ServerResponse[] = [];
    broker.handler = (request, response, count) => {
      if (request.path === reads && count === 1) held.push(response);
      else answering(request, response, count);
    };
    const tokens = client({ cacheSeconds: 30 });
    const before = tokens.fetch('acme', '/v1/contacts');
    while (held.length === 0) await turn();
    await change(tokens);
    expect((await tokens.getToken('acme')).tenantId).toBe('acme');
    await tokens.setDefaultOrg('acme', '11242');
    for (const response of held) sendJson(response, 200, tokenOf('old'));
    expect((await before).status).toBe(200);
    await tokens.fetch('acme', '/v1/contacts');
    expect(broker.countOf(reads)).toBe(3);
  });
});
