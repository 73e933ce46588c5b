import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { TokenBrokerClient, type TokenBrokerOptions } from './index.js';
import { QuickClock, RawServer, sampleToken, sendJson, sendProblem, type Handler } from './testing/index.js';

const token = sampleToken('eyJ.token');
const good: Handler = (_, response) => {
  sendJson(response, 200, token);
};

function client(
  url: string,
  clock: QuickClock,
  options: Partial<TokenBrokerOptions> = {},
): TokenBrokerClient {
  return new TokenBrokerClient({ url, key: 'dtb_1_s', ...options }, { clock, random: () => 0 });
}

/** Fails so many times in the given way, then does well. */
function failing(times: number, fail: Handler, then = good): Handler {
  return (...all) => (all[2] <= times ? fail : then)(...all);
}

const reset: Handler = (_, response) => response.destroy();

function refusing(status: number, retryAfter?: string): Handler {
  return (_, response) => {
    sendProblem(response, status, 'broker_unavailable', {
      ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
    });
  };
}

describe('a read', () => {
  it.each([
    ['a reset connection', reset, [50, 100]],
    ['a page of a proxy', (_request, response) => response.writeHead(502).end('<html>'), [50, 100]],
    ['"not now"', refusing(503), [50, 100]],
    ['"not now, but in two seconds"', refusing(503, '2'), [2_000, 2_000]],
    ['"too many"', refusing(429, '1'), [1_000, 1_000]],
  ] as [string, Handler, number[]][])('survives %s, twice', async (_, fail, waits) => {
    const clock = new QuickClock();
    await using server = await RawServer.start(failing(2, fail));
    expect(await client(server.url, clock).getToken('acme')).toEqual(token);
    expect(clock.waits).toEqual(waits);
  });

  it('waits no longer than it may, and says when to come again', async () => {
    const clock = new QuickClock();
    await using server = await RawServer.start(refusing(503, '2'));
    await expect(client(server.url, clock).getToken('acme')).rejects.toMatchObject({
      code: 'broker_unavailable',
      status: 503,
      retryAfterSeconds: 2,
    });
    expect(clock.waits).toEqual([2_000, 2_000]);
    await expect(client(server.url, clock, { maxWaitSeconds: 1 }).getToken('acme')).rejects.toThrow();
    expect(clock.waits).toHaveLength(2);
  });

  it('ends where nobody listens', async () => {
    const clock = new QuickClock();
    const server = await RawServer.start(good);
    const { url } = server;
    await server[Symbol.asyncDispose]();
    await expect(client(url, clock).getToken('acme')).rejects.toMatchObject({
      code: 'broker_unreachable',
      status: undefined,
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(clock.waits.length).toBeGreaterThan(3);
    expect(clock.waits.length).toBeLessThan(50);
  });

  it('is not repeated where the answer stays', async () => {
    const clock = new QuickClock();
    await using server = await RawServer.start((_, response) => {
      sendProblem(response, 404, 'not_connected');
    });
    await expect(client(server.url, clock).getToken('acme')).rejects.toMatchObject({
      name: 'NotConnectedError',
    });
    expect(server.seen).toHaveLength(1);
  });

  it('ends when the caller leaves in a pause', async () => {
    const clock = new QuickClock(1);
    await using server = await RawServer.start(refusing(503, '1'));
    const leaving = new AbortController();
    const waiting = client(server.url, clock, { timeoutSeconds: 15 }).getToken('acme', {
      signal: leaving.signal,
    });
    waiting.catch(() => undefined);
    while (server.seen.length === 0) await turn();
    leaving.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['no answer', () => undefined],
    ['half an answer', (_request, response) => response.writeHead(200).write('{')],
  ] as [string, Handler][])('does not wait without end: %s', async (_, handler) => {
    await using server = await RawServer.start(handler);
    // The limit of an attempt is the only wait of this clock, and over at once.
    const clock = new QuickClock();
    await expect(
      client(server.url, clock, { timeoutSeconds: 2, maxWaitSeconds: 1 }).getToken('acme'),
    ).rejects.toMatchObject({ code: 'broker_unreachable', message: expect.stringContaining('within 2 s') });
    expect(clock.waits).toEqual([2_000]);
  });

  it('does not wait without end for a fetch that heeds no signal', async () => {
    const clock = new QuickClock();
    const deaf = (): Promise<Response> => Promise.withResolvers<Response>().promise;
    const broker = client('http://broker', clock, { fetch: deaf, timeoutSeconds: 2, maxWaitSeconds: 1 });
    await expect(broker.getToken('acme')).rejects.toMatchObject({ code: 'broker_unreachable' });
  });
});

describe('what does more when it is done twice', () => {
  it.each<[string, (broker: TokenBrokerClient) => Promise<unknown>]>([
    ['createConnectSession', (broker) => broker.createConnectSession('acme')],
    ['confirmConnectSession', (broker) => broker.confirmConnectSession('acme', 's')],
    ['disconnect', (broker) => broker.disconnect('acme', 'c')],
  ])('is sent once: %s', async (_, call) => {
    await using server = await RawServer.start(reset);
    await expect(call(client(server.url, new QuickClock()))).rejects.toMatchObject({
      code: 'broker_unreachable',
    });
    expect(server.seen).toHaveLength(1);
  });

  it.each<[string, (broker: TokenBrokerClient) => Promise<unknown>]>([
    ['connections', (broker) => broker.connections('acme')],
    ['setDefaultOrg', (broker) => broker.setDefaultOrg('acme', '7')],
    ['reportRejection', (broker) => broker.reportRejection('acme', token.fingerprint)],
  ])('is not %s', async (_, call) => {
    await using server = await RawServer.start(
      failing(1, reset, (_request, response) => {
        sendJson(response, 200, { ...token, items: [], outcome: 'replaced' });
      }),
    );
    await call(client(server.url, new QuickClock()));
    expect(server.seen).toHaveLength(2);
  });
});
