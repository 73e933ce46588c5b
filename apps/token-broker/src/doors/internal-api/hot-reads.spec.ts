import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure } from '#kernel';
import { InnerDoors } from '../testing/inner-doors.js';
import { sendRaw, type RawAnswer } from '../testing/raw-http.js';

const path = '/v1/tenants/acme/deskera-token';
const fingerprint = 'aabbccddeeff0011';
const common = ['host: broker.example', 'authorization: Bearer reader', 'x-request-id: r-1'];

/** The same doors twice: where the short cut finds its token, and where it never does. */
let hot: InnerDoors;
let ordinary: InnerDoors;

beforeAll(async () => {
  [hot, ordinary] = await Promise.all([InnerDoors.open(), InnerDoors.open()]);
  for (const inner of [hot, ordinary]) {
    inner.authenticator.admit('reader', { scopes: ['tokens:read'], tenants: ['acme', '.*'] });
    inner.authenticator.admit('lister', { scopes: ['connections:read'], tenants: ['acme'] });
    inner.authenticator.admit('root', { scopes: ['admin'], tenants: ['*'] });
  }
  hot.tokens.lies = 'in_memory';
});

afterAll(async () => {
  await Promise.all([hot.close(), ordinary.close()]);
});

interface BothAnswers {
  readonly answers: readonly [RawAnswer, RawAnswer];
  /** Whether the first came by the short cut. */
  readonly short: boolean;
}

async function askBoth(requestLine: string, headers: readonly string[], body = ''): Promise<BothAnswers> {
  const before = hot.tokens.handedOutAtOnce;
  const bytes = `${requestLine}\r\n${[...headers, 'connection: close'].join('\r\n')}\r\n\r\n${body}`;
  const [one, other] = await Promise.all([hot, ordinary].map(({ doors }) => sendRaw(doors.port, bytes)));
  if (one === undefined || other === undefined) throw new Error('there are two');
  for (const inner of [hot, ordinary]) inner.tokens.requests.splice(0, Infinity);
  return { answers: [timeless(one), timeless(other)], short: hot.tokens.handedOutAtOnce > before };
}

/** Names in their order as well: all that reaches a caller. */
function timeless(answer: RawAnswer): RawAnswer {
  const headers = Object.entries(answer.headers).filter(([name]) => name !== 'date');
  return { ...answer, headers: Object.fromEntries(headers) };
}

function expectSame({ answers: [one, other] }: BothAnswers): void {
  expect([one.status, one.body]).toEqual([other.status, other.body]);
  expect(Object.entries(one.headers).sort()).toEqual(Object.entries(other.headers).sort());
}

const places = ['in_memory', 'in_its_row'] as const;

describe.each(places)(
  'by the short cut to a token %s and by the ordinary way, the same bytes answer',
  (place) => {
    beforeAll(() => {
      hot.tokens.lies = place;
    });

    it.each([
      '',
      '?org=11242',
      '?minTtlSeconds=0',
      '?minTtlSeconds=007',
      '?minTtlSeconds=86400&maxVerifiedAgeSeconds=86400&org=a-b_c.d',
    ])('GET %s', async (query) => {
      const both = await askBoth(`GET ${path}${query} HTTP/1.1`, common);
      expect(both).toMatchObject({ short: true, answers: [{ status: 200 }, {}] });
      expectSame(both);
    });

    it.each([
      ['*', 304],
      [`W/"${fingerprint}"`, 304],
      [`"x", "${fingerprint}"`, 304],
      ['W/"0000000000000000"', 200],
      [fingerprint, 200],
      ['', 200],
    ])('If-None-Match: %s', async (tags, status) => {
      const both = await askBoth(`GET ${path} HTTP/1.1`, [...common, `if-none-match: ${tags}`]);
      expect(both).toMatchObject({ short: true, answers: [{ status }, {}] });
      expectSame(both);
    });

    it.each([
      ['an admin', ['host: x', 'authorization: Bearer root', 'x-request-id: r']],
      ['an expectation', [...common, 'expect: a-wonder']],
      ['a version', [...common, 'accept-version: 2.0.0']],
      ['no use for JSON', [...common, 'accept: text/html']],
    ])('for %s', async (_who, headers) => {
      const both = await askBoth(`GET ${path} HTTP/1.1`, headers);
      expect(both.short).toBe(true);
      expectSame(both);
    });

    it.each([
      ['unknown expiry', { expiresAt: null }],
      ['an org without a name', { org: { id: null, name: null } }],
      ['a name from elsewhere', { org: { id: '1', name: '株式会社 "Acme" \\ {"deskeraToken":""}' } }],
      ['attention', { attention: 'cannot_be_refreshed' as const }],
    ])('for a token with %s', async (_what, changes) => {
      for (const inner of [hot, ordinary]) inner.tokens.changes = changes;
      const both = await askBoth(`GET ${path} HTTP/1.1`, common);
      const unchanged = await askBoth(`GET ${path} HTTP/1.1`, [...common, 'if-none-match: *']);
      for (const inner of [hot, ordinary]) inner.tokens.changes = {};
      expect([both.short, unchanged.short]).toEqual([true, true]);
      expectSame(both);
      expectSame(unchanged);
    });

    it.each([
      ['none', []],
      ['none that will do', ['x-request-id: a b']],
      ['two', ['x-request-id: r-1', 'x-request-id: r-2']],
    ])('with a request id of its own where the caller brings %s', async (_what, ids) => {
      const { answers, short } = await askBoth(`GET ${path} HTTP/1.1`, [...common.slice(0, 2), ...ids]);
      expect(short).toBe(true);
      for (const { headers } of answers) expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    });
  },
);

describe.each(places)('the short cut to a token %s is not taken', (place) => {
  beforeAll(() => {
    hot.tokens.lies = place;
  });

  it.each([
    [`HEAD ${path} HTTP/1.1`, 200],
    [`POST ${path} HTTP/1.1`, 404],
    [`OPTIONS ${path} HTTP/1.1`, 404],
    [`GET ${path} HTTP/1.0`, 200],
    [`GET ${path}/ HTTP/1.1`, 404],
    [`GET /${path} HTTP/1.1`, 404],
    [`GET ${path.toUpperCase()} HTTP/1.1`, 404],
    [`GET ${path}#there HTTP/1.1`, 400],
    [`GET ${path}? HTTP/1.1`, 200],
    [`GET ${path}?org= HTTP/1.1`, 400],
    [`GET ${path}?org=a%20b HTTP/1.1`, 200],
    [`GET ${path}?org=a+b HTTP/1.1`, 200],
    [`GET ${path}?org=${'a'.repeat(201)} HTTP/1.1`, 400],
    [`GET ${path}?org=a&org=a HTTP/1.1`, 400],
    [`GET ${path}?org[]=a HTTP/1.1`, 400],
    [`GET ${path}?minTtlSeconds=86401 HTTP/1.1`, 400],
    [`GET ${path}?minTtlSeconds=-1 HTTP/1.1`, 400],
    [`GET ${path}?minTtlSeconds=1e3 HTTP/1.1`, 400],
    [`GET ${path}?minTtlSeconds=1&minTtlSeconds=1 HTTP/1.1`, 400],
    [`GET ${path}?minTtlSeconds=1; HTTP/1.1`, 400],
    [`GET ${path}?minTtlSeconds=1& HTTP/1.1`, 200],
    [`GET ${path}?maxVerifiedAgeSeconds=soon HTTP/1.1`, 400],
    [`GET ${path}?minTTLSeconds=1 HTTP/1.1`, 400],
    [`GET ${path}?__proto__=1 HTTP/1.1`, 400],
    [`GET ${path}?toString=1 HTTP/1.1`, 400],
    ['GET /v1/tenants/%61cme/deskera-token HTTP/1.1', 200],
    ['GET /v1/tenants/a%2Fb/deskera-token HTTP/1.1', 400],
    ['GET /v1/tenants/a~b/deskera-token HTTP/1.1', 400],
    ['GET /v1/tenants//deskera-token HTTP/1.1', 404],
    ['GET /v1/tenants/./deskera-token HTTP/1.1', 400],
    ['GET /v1/tenants/../deskera-token HTTP/1.1', 400],
    ['GET /v1/tenants/%2e%2E/deskera-token HTTP/1.1', 400],
    [`GET /v1/tenants/${'a'.repeat(129)}/deskera-token HTTP/1.1`, 400],
    ['GET /v1/tenants/acme/connections HTTP/1.1', 403],
  ])('by %s', async (requestLine, status) => {
    const both = await askBoth(requestLine, common);
    expect(both).toMatchObject({ short: false, answers: [{ status }, {}] });
    expectSame(both);
  });

  it.each([
    ['a wrong key', '/v1/tenants/acme', ['authorization: Bearer nobody'], 401],
    ['no key', '/v1/tenants/acme', [], 401],
    ['a key for another tenant', '/v1/tenants/other', ['authorization: Bearer reader'], 403],
    ['a key for other things', '/v1/tenants/acme', ['authorization: Bearer lister'], 403],
  ])('with %s', async (_what, tenant, headers, status) => {
    const all = ['host: x', 'x-request-id: r', ...headers];
    const both = await askBoth(`GET ${tenant}/deskera-token HTTP/1.1`, all);
    expect(both).toMatchObject({ short: false, answers: [{ status }, {}] });
    expectSame(both);
  });

  it.each([
    ['a body', ['content-length: 2', 'content-type: application/json'], '{}'],
    ['a body in chunks', ['transfer-encoding: chunked'], '0\r\n\r\n'],
  ])('with %s', async (_what, headers, body) => {
    const both = await askBoth(`GET ${path} HTTP/1.1`, [...common, ...headers], body);
    expect(both.short).toBe(false);
    expectSame(both);
  });

  it.each([
    ['two keys', [...common, 'AUTHORIZATION: Bearer nobody']],
    ['the same key twice', [...common, 'authorization: Bearer reader']],
    ['two hosts', [...common, 'Host: y']],
  ])('with %s', async (_what, headers) => {
    const both = await askBoth(`GET ${path} HTTP/1.1`, headers);
    expect(both).toMatchObject({ short: false, answers: [{ status: 400 }, {}] });
    expectSame(both);
  });

  it('without a Host', async () => {
    const both = await askBoth(`GET ${path} HTTP/1.1`, common.slice(1));
    expect(both).toMatchObject({ short: false, answers: [{ status: 400 }, {}] });
    expectSame(both);
  });

  it('where a token is degraded, or there is none', async () => {
    for (const inner of [hot, ordinary]) inner.tokens.changes = { degraded: 'deskera_unavailable' };
    const degraded = await askBoth(`GET ${path} HTTP/1.1`, [...common, 'if-none-match: *']);
    for (const inner of [hot, ordinary]) {
      inner.tokens.changes = {};
      inner.tokens.failure = new Failure('reconnect_required', 'Connect again.');
    }
    const refused = await askBoth(`GET ${path} HTTP/1.1`, common);
    for (const inner of [hot, ordinary]) inner.tokens.failure = null;
    expect([degraded.short, refused.short]).toEqual([false, false]);
    expect([degraded, refused].map(({ answers: [answer] }) => answer.status)).toEqual([200, 409]);
    expectSame(degraded);
    expectSame(refused);
  });
});

describe.each(places)('by both ways, the token %s', (place) => {
  beforeAll(() => {
    hot.tokens.lies = place;
  });

  it('what is handed out is counted, and no more', async () => {
    const before = [hot, ordinary].map(({ handOuts }) => handOuts.counted.length);
    await askBoth(`GET ${path} HTTP/1.1`, common);
    await askBoth(`GET ${path} HTTP/1.1`, [...common, 'if-none-match: *']);
    const counted = [hot, ordinary].map(({ handOuts }, index) => handOuts.counted.slice(before[index]));
    expect(counted[0]).toHaveLength(1);
    expect(counted[0]).toEqual(counted[1]);
  });

  it('a key has the same limit, and is told so', async () => {
    const limited = await Promise.all([1, 2].map(() => InnerDoors.open({ keyPerSecond: 3 })));
    for (const inner of limited)
      inner.authenticator.admit('reader', { scopes: ['tokens:read'], tenants: ['acme'] });
    const [one, other] = limited as [InnerDoors, InnerDoors];
    const bytes = `GET ${path} HTTP/1.1\r\n${[...common, 'connection: close'].join('\r\n')}\r\n\r\n`;
    const statuses: number[] = [];
    for (let asked = 0; asked < 5; asked += 1) {
      // A miss in between goes the ordinary way, and counts once.
      one.tokens.lies = asked === 1 ? 'elsewhere' : place;
      const answers = await Promise.all([one, other].map(({ doors }) => sendRaw(doors.port, bytes)));
      const [first, second] = answers.map(timeless) as [RawAnswer, RawAnswer];
      expectSame({ answers: [first, second], short: false });
      statuses.push(first.status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect(one.tokens.handedOutAtOnce).toBe(2);
    await Promise.all(limited.map((inner) => inner.close()));
  });
});
