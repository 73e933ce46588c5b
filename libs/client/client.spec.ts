import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { TokenBrokerClient, TokenBrokerError, type TokenBrokerOptions } from './index.js';
import { RawServer, sampleToken, sendJson, sendProblem } from './testing/index.js';

const key = 'dtb_1_secret-8472';
const token = sampleToken('eyJ.token');
let server: RawServer;

beforeAll(async () => {
  server = await RawServer.start(() => undefined);
});

beforeEach(() => {
  server.seen.length = 0;
  server.handler = (_, response) => {
    sendJson(response, 200, token);
  };
});

afterAll(() => server[Symbol.asyncDispose]());

function client(options: Partial<TokenBrokerOptions> = {}): TokenBrokerClient {
  return new TokenBrokerClient({ url: server.url, key, maxWaitSeconds: 0, ...options });
}

describe('what is asked of the broker', () => {
  const connection = {
    ...{ connectionId: 'c-1', tenantId: 'acme', org: token.org, email: null, apiVersion: 'v1', reason: null },
    ...{ status: 'connected', connectedAt: token.verifiedAt, verifiedAt: null, expiresAt: null },
    ...{ refreshedAt: null, nextCheckAt: null, consecutiveFailures: 0 },
  };
  const session = {
    sessionId: 's-1',
    connectUrl: 'https://b.example/connect/s',
    expiresAt: token.verifiedAt,
  };
  const standing = { status: 'connected', code: null, connectionId: 'c-1', org: token.org };
  const rejection = { ...token, outcome: 'refreshed' };
  const sessions = '/v1/tenants/acme/connect-sessions';
  const rejections = '/v1/tenants/acme/deskera-token/rejections';

  it.each<[string, (client: TokenBrokerClient) => Promise<unknown>, string, object | null, unknown, unknown]>(
    [
      ['getToken', (c) => c.getToken('acme'), 'GET /v1/tenants/acme/deskera-token', null, token, token],
      [
        'getToken with wishes',
        (c) => c.getToken('acme', { org: '11242', minTtlSeconds: 60, maxVerifiedAgeSeconds: 0 }),
        'GET /v1/tenants/acme/deskera-token?org=11242&minTtlSeconds=60&maxVerifiedAgeSeconds=0',
        null,
        token,
        token,
      ],
      [
        'reportRejection',
        (c) => c.reportRejection('acme', token.fingerprint),
        `POST ${rejections}`,
        { fingerprint: token.fingerprint },
        rejection,
        rejection,
      ],
      [
        'createConnectSession',
        (c) => c.createConnectSession('acme', { redirectUri: 'https://x.example/', org: '7', label: 'L' }),
        `POST ${sessions}`,
        { redirectUri: 'https://x.example/', org: '7', label: 'L' },
        session,
        session,
      ],
      [
        'connectSession',
        (c) => c.connectSession('acme', 's-1'),
        `GET ${sessions}/s-1`,
        null,
        standing,
        standing,
      ],
      [
        'confirmConnectSession',
        (c) => c.confirmConnectSession('acme', 's-1'),
        `POST ${sessions}/s-1/confirm`,
        null,
        standing,
        standing,
      ],
      [
        'connections',
        (c) => c.connections('acme'),
        'GET /v1/tenants/acme/connections',
        null,
        { items: [connection] },
        [connection],
      ],
      [
        'setDefaultOrg',
        (c) => c.setDefaultOrg('acme', '7'),
        'PUT /v1/tenants/acme/default-org',
        { org: '7' },
        null,
        undefined,
      ],
      [
        'disconnect',
        (c) => c.disconnect('acme', 'c-1'),
        'DELETE /v1/tenants/acme/connections/c-1',
        null,
        null,
        undefined,
      ],
    ],
  )('%s', async (_, call, line, body, answer, result) => {
    server.handler = (_request, response) => {
      if (answer === null) response.writeHead(204).end();
      else sendJson(response, 200, answer);
    };
    expect(await call(client())).toEqual(result);
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([line]);
    expect(server.seen[0]?.headers).toMatchObject({ authorization: `Bearer ${key}` });
    expect(server.seen[0]?.body).toBe(body === null ? '' : JSON.stringify(body));
  });

  it('goes below a path prefix', async () => {
    await client({ url: `${server.url}/inside/broker/` }).getToken('acme');
    expect(server.seen[0]?.path).toBe('/inside/broker/v1/tenants/acme/deskera-token');
  });

  it('is one request for callers that ask the same at once, and a new one afterwards', async () => {
    const broker = client();
    await Promise.all([1, 2, 3].map(() => broker.getToken('acme')));
    expect(server.seen).toHaveLength(1);
    await broker.getToken('acme');
    expect(server.seen).toHaveLength(2);
    await Promise.all([broker.getToken('acme'), broker.getToken('acme', { maxVerifiedAgeSeconds: 0 })]);
    expect(server.seen).toHaveLength(4);
  });

  it('is given up once all who wait have left, each with its own reason', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    server.handler = (_, response) => {
      arrived.resolve(response);
    };
    const broker = client();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [first, second].map(({ signal }) => broker.getToken('acme', { signal }));
    const closed = once(await arrived.promise, 'close');
    first.abort(new Error('first left'));
    await expect(waiting[0]).rejects.toThrow('first left');
    expect((await arrived.promise).destroyed).toBe(false);
    second.abort(new Error('second left'));
    await expect(waiting[1]).rejects.toThrow('second left');
    await closed;
    expect(server.seen).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  it('is the problem of the broker', async () => {
    server.handler = (_, response) => {
      sendProblem(response, 409, 'org_ambiguous', { orgs: [{ id: '1', name: 'One', status: 'connected' }] });
    };
    await expect(client().getToken('acme')).rejects.toMatchObject({
      name: 'OrgAmbiguousError',
      code: 'org_ambiguous',
      status: 409,
      orgs: [{ id: '1', name: 'One', status: 'connected' }],
    });
  });

  it.each([
    ['no JSON', 200, 'fine'],
    ['another tenant', 200, JSON.stringify({ ...token, tenantId: 'other' })],
    ['nothing', 204, ''],
    ['a page', 500, '<html>'],
    ['too much', 200, JSON.stringify({ ...token, more: 'x'.repeat(1_200_000) })],
  ])('is unexpected: %s', async (_, status, body) => {
    server.handler = (_request, response) => {
      response.writeHead(status).end(body === '' ? undefined : body);
    };
    await expect(client().getToken('acme')).rejects.toMatchObject({ code: 'unexpected_answer' });
  });

  it('is a redirect: the key stays', async () => {
    await using elsewhere = await RawServer.start((_, response) => {
      sendJson(response, 200, token);
    });
    server.handler = (_, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/` }).end();
    };
    await expect(client().getToken('acme')).rejects.toMatchObject({ code: 'unexpected_answer', status: 307 });
    expect(elsewhere.seen).toHaveLength(0);
  });

  it('never shows the key', async () => {
    const leaky = (): Promise<Response> =>
      Promise.reject(Object.assign(new Error(`sent ${key}`), { config: { headers: { key } } }));
    const error = await client({ fetch: leaky })
      .getToken('acme')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TokenBrokerError);
    expect(error).toMatchObject({ code: 'broker_unreachable', status: undefined });
    const shown = [error, client()].flatMap((thing) => [
      inspect(thing, { depth: 20, showHidden: true }),
      JSON.stringify(thing),
      String(thing),
    ]);
    for (const text of shown) expect(text).not.toContain('8472');
  });

  it('is a tenant that would climb out of its path', async () => {
    await expect(client().getToken('..')).rejects.toMatchObject({ code: 'invalid_tenant_id' });
    expect(server.seen).toHaveLength(0);
  });
});
