import { describe, expect, it } from '@jest/globals';
import { type Secret } from '#kernel';
import { fakeToken } from '../testing/index.js';
import { readGrant, readNewRefreshToken, type GrantContext } from './grant-reader.js';

const answeredAt = new Date('2026-11-24T12:00:00Z');
const now = answeredAt.getTime() / 1_000;
const claims = { iat: now, exp: now + 3_600, tenantId: 11242, website: 'By Claim', email: 'c@x.example' };
const token = fakeToken(claims);
const refreshToken = fakeToken({ iat: now, exp: now + 86_400 });
const sent = fakeToken();
const exchange: GrantContext = { answeredAt, sentRefreshToken: null };
const refresh: GrantContext = { answeredAt, sentRefreshToken: sent };
const uuids = {
  access_token: 'd3b07384-d9a0-4c5e-9f3a-000000000001',
  refresh_token: 'd3b07384-d9a0-4c5e-9f3a-000000000002',
};

const v1Exchange = {
  ...uuids,
  token_type: 'bearer',
  expires_in: 9,
  scope: 'read write',
  'deskera-token': token.reveal(),
  'deskera-refresh-token': refreshToken.reveal(),
  email: '',
  username: 'My Org',
  org: 'Singapore Org',
};
const v1Refresh = {
  accessToken: token.reveal(),
  refreshToken: refreshToken.reveal(),
  idToken: 'x',
  expiresIn: 0,
  tokenType: 'Bearer',
  emailVerified: true,
};
const v2 = {
  access_token: token.reveal(),
  token_type: 'bearer',
  refresh_token: refreshToken.reveal(),
  expires_in: 0,
};

const shapes = [
  { shape: "V1's exchange", body: v1Exchange, context: exchange, orgName: 'Singapore Org' },
  { shape: "V1's refresh", body: v1Refresh, context: refresh, orgName: 'By Claim' },
  { shape: "V2's exchange", body: v2, context: exchange, orgName: 'By Claim' },
  { shape: "V2's refresh", body: v2, context: refresh, orgName: 'By Claim' },
];

function pairIn(body: unknown, context: GrantContext = exchange): readonly string[] | null {
  const grant = readGrant(body, context);
  return grant === null ? null : [grant.token.reveal(), grant.refreshToken.reveal()];
}

const pair = [token.reveal(), refreshToken.reveal()];

describe.each(shapes)('a grant of $shape', ({ body, context, orgName }) => {
  it('is read from the members that count', () => {
    expect(readGrant(body, context)).toEqual({
      token,
      refreshToken,
      orgId: '11242',
      orgName,
      email: 'c@x.example',
      tokenLifeSeconds: 3_600,
      refreshTokenLifeSeconds: 86_400,
    });
  });

  const [tokenField = '', refreshField = ''] = Object.entries(body).flatMap(([field, value]) =>
    value === token.reveal() || value === refreshToken.reveal() ? [field] : [],
  );
  const unreadable = [7, true, {}, [], '', null, undefined, 'null', 'a\u0000b', 'a\nb', 'x'.repeat(70_000)];

  it.each([...unreadable, 'no jwt', `${'a'.repeat(70_000)}.b.c`, '<html>', uuids.access_token])(
    'is none where the token is %.20s',
    (value) => {
      expect(readGrant({ ...body, [tokenField]: value }, context)).toBeNull();
    },
  );

  it.each(unreadable)('keeps the refresh token that was sent where the new one is %.20s', (value) => {
    const changed = { ...body, [refreshField]: value };
    expect(readGrant(changed, refresh)?.refreshToken.reveal()).toBe(sent.reveal());
    expect(readGrant(changed, exchange)).toBeNull();
  });

  it.each(['opaque', 'two words', 'ünï', '1//0gAbC-_.~+/=', uuids.refresh_token])(
    'takes the opaque refresh token %j',
    (opaque) => {
      expect(pairIn({ ...body, [refreshField]: opaque }, context)).toEqual([pair[0], opaque]);
    },
  );

  it.each([
    ['upper case', (name: string) => name.toUpperCase()],
    ['snake case', (name: string) => snake(name)],
    ['kebab case', (name: string) => snake(name).replaceAll('_', '-')],
    ['Pascal case', (name: string) => camel(`-${name}`)],
    ['camel case', (name: string) => camel(name)],
    ['words with blanks', (name: string) => snake(name).replaceAll('_', ' ')],
  ])('is read from members in %s', (_how, rename) => {
    const renamed = Object.fromEntries(Object.entries(body).map(([name, value]) => [rename(name), value]));
    expect(pairIn(renamed, context)).toEqual(pair);
  });

  it.each(['data', 'result', 'Response', 'payload', 'body', 'tokens', '__proto__', 'constructor'])(
    'is read from within %s',
    (name) => {
      const text = `{"status":"ok","code":200,${JSON.stringify(name)}:${JSON.stringify(body)}}`;
      expect(pairIn(JSON.parse(text), context)).toEqual(pair);
    },
  );

  it('is read from an envelope in an envelope, a list, and JSON in a text', () => {
    expect(pairIn({ response: { data: body } }, context)).toEqual(pair);
    expect(pairIn([body], context)).toEqual(pair);
    expect(pairIn({ data: [body] }, context)).toEqual(pair);
    expect(pairIn({ statusCode: 200, body: JSON.stringify(body) }, context)).toEqual(pair);
    expect(pairIn(JSON.stringify(body), context)).toEqual(pair);
  });

  it.each([
    ['a line end', (text: string) => `${text}\r\n`],
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['white space', (text: string) => ` \t${text} `],
    ['the name of the scheme', (text: string) => `Bearer ${text}`],
  ])('is read without %s around its values', (_what, wrap) => {
    const [access = '', next = ''] = pair;
    expect(pairIn({ ...body, [tokenField]: wrap(access), [refreshField]: wrap(next) }, context)).toEqual(
      pair,
    );
  });

  it('is read with tokens in padded base64', () => {
    const padded = [access64(token), access64(refreshToken)];
    expect(pairIn({ ...body, [tokenField]: padded[0], [refreshField]: padded[1] }, context)).toEqual(padded);
    expect(readGrant({ ...body, [tokenField]: padded[0] }, context)?.orgId).toBe('11242');
  });
});

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_');
}

function camel(name: string): string {
  return name.replaceAll(/[-_]([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

function access64(jwt: Secret): string {
  const parts = jwt.reveal().split('.');
  return parts.map((part) => Buffer.from(part, 'base64url').toString('base64')).join('.');
}

describe('a grant', () => {
  it.each([null, 'text', 7, [], undefined, {}])('is none where the body is %j', (body) => {
    expect(readGrant(body, exchange)).toBeNull();
  });

  it('is the deskera pair, wherever it stands beside another', () => {
    const other = { access_token: fakeToken().reveal(), refresh_token: fakeToken().reveal() };
    const deskera = { 'deskera-token': pair[0], 'deskera-refresh-token': pair[1] };
    expect(pairIn({ ...other, ...deskera })).toEqual(pair);
    expect(pairIn({ ...other, data: deskera })).toEqual(pair);
    expect(pairIn({ ...deskera, data: other }, refresh)).toEqual(pair);
  });

  it("never takes V1's unused UUIDs, also where a deskera member is missing", () => {
    expect(pairIn({ ...uuids, 'deskera-token': pair[0] })).toBeNull();
    expect(pairIn({ ...uuids, 'deskera-token': pair[0] }, refresh)).toEqual([pair[0], sent.reveal()]);
    expect(pairIn({ ...uuids, 'deskera-refresh-token': pair[1] })).toBeNull();
  });

  it('may have its two tokens in different vocabularies and objects', () => {
    expect(pairIn({ 'deskera-token': pair[0], refreshToken: 'opaque' })).toEqual([pair[0], 'opaque']);
    expect(pairIn({ data: { accessToken: pair[0] }, refreshToken: pair[1] })).toEqual(pair);
    expect(pairIn({ ...uuids, 'deskera-token': pair[0], refreshToken: pair[1] })).toEqual(pair);
  });

  it("takes the answer's own e-mail in an exchange, and the claim's where it has none", () => {
    expect(readGrant({ ...v1Exchange, email: 'own@x.example' }, exchange)?.email).toBe('own@x.example');
    expect(readGrant({ ...v1Exchange, org: 5 }, exchange)?.orgName).toBe('By Claim');
    expect(readGrant({ data: v1Exchange }, exchange)?.orgName).toBe('Singapore Org');
  });

  it('whose tokens say nothing is still a grant', () => {
    const opaque = { access_token: 'a.b.c', refresh_token: 'd.e.f' };
    expect(readGrant(opaque, exchange)).toMatchObject({
      orgId: null,
      orgName: null,
      email: null,
      tokenLifeSeconds: null,
      refreshTokenLifeSeconds: null,
    });
  });

  it('that was issued earlier lives as long as is left of it', () => {
    const old = fakeToken({ iat: now - 3_588, exp: String(now + 12) });
    const read = readGrant({ ...v2, access_token: old.reveal() }, exchange);
    expect(read).toMatchObject({ tokenLifeSeconds: 12 });
    expect(read).not.toHaveProperty('tokenIsPast');
  });

  it('that is past its expiry says so', () => {
    const past = fakeToken({ iat: now - 3_700, exp: now - 100 });
    expect(readGrant({ ...v2, access_token: past.reveal() }, refresh)).toMatchObject({
      tokenIsPast: true,
      tokenLifeSeconds: 3_600,
    });
  });
});

describe('a new refresh token without a readable token', () => {
  it('is found under any known name', () => {
    for (const body of [{ refreshToken: 'next' }, { data: { REFRESH_TOKEN: 'next', accessToken: 7 } }])
      expect(readNewRefreshToken(body, refresh)?.reveal()).toBe('next');
    expect(readNewRefreshToken({ ...uuids, deskera_refresh_token: 'next' }, refresh)?.reveal()).toBe('next');
  });

  it('is none where it is the one that was sent, and in an exchange', () => {
    expect(readNewRefreshToken({ refreshToken: sent.reveal() }, refresh)).toBeNull();
    expect(readNewRefreshToken({ refreshToken: 'next' }, exchange)).toBeNull();
    expect(readNewRefreshToken({}, refresh)).toBeNull();
  });
});

describe('a refresh token that is handed over in another form', () => {
  const opaque = 'an-opaque-refresh-token';

  it.each<[string, object]>([
    ['in an object', { refreshToken: { token: opaque } }],
    ['as a value', { refresh_token: { value: opaque } }],
    ['in a list', { refreshToken: [opaque] }],
    ['under another name', { newRefreshToken: opaque }],
    ['under a name like it', { rotated_refresh_token_value: opaque }],
    ['in quotation marks', { refreshToken: JSON.stringify(opaque) }],
  ])('is read %s', (_, members) => {
    const grant = readGrant({ accessToken: token.reveal(), ...members }, refresh);
    expect(grant?.refreshToken.reveal()).toBe(opaque);
    expect(grant?.refreshTokenUnread).toBeUndefined();
  });

  it('is read where its lines are broken', () => {
    const [head = '', ...rest] = refreshToken.reveal().split('.');
    const broken = `${head}.\n  ${rest.join('.\r\n')}`;
    expect(
      readGrant({ accessToken: token.reveal(), refreshToken: broken }, refresh)?.refreshToken.reveal(),
    ).toBe(refreshToken.reveal());
  });

  it.each<[string, unknown]>([
    ['a number', 7],
    ['a list of several', ['a', 'b']],
    ['an object of another form', { a: { b: 'c' } }],
    ['a text with control characters', 'a\u0000b'],
  ])('is told to be unread where it is %s', (_, value) => {
    const grant = readGrant({ accessToken: token.reveal(), refreshToken: value }, refresh);
    expect(grant).toMatchObject({ refreshToken: sent, refreshTokenUnread: true });
  });

  it('is not missed where there is none, nor in the unused one of V1', () => {
    expect(readGrant({ accessToken: token.reveal() }, refresh)?.refreshTokenUnread).toBeUndefined();
    const withoutPair = { ...v1Exchange, 'deskera-refresh-token': null };
    expect(readGrant(withoutPair, refresh)?.refreshTokenUnread).toBeUndefined();
  });
});

describe('a token that is handed over in another form', () => {
  it.each<[string, object]>([
    ['token', { token: token.reveal() }],
    ['jwt', { jwt: token.reveal() }],
    ['x-access-token', { 'x-access-token': token.reveal() }],
    ['deskeraAccessToken', { deskeraAccessToken: token.reveal() }],
    ['an object', { accessToken: { token: token.reveal() } }],
    ['quotation marks', { accessToken: JSON.stringify(token.reveal()) }],
    ['four envelopes', { a: { b: { c: { d: { accessToken: token.reveal() } } } } }],
  ])('is read under or in %s', (_, members) => {
    expect(pairIn({ refreshToken: refreshToken.reveal(), ...members })).toEqual(pair);
  });
});

describe('a hostile answer', () => {
  it('is looked through within bounds', () => {
    const deep = JSON.parse(
      `${'{"data":'.repeat(2_000)}${JSON.stringify(v2)}${'}'.repeat(2_000)}`,
    ) as unknown;
    expect(readGrant(deep, exchange)).toBeNull();
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`m${String(at)}`, {}]));
    expect(readGrant({ ...wide, late: v2 }, exchange)).toBeNull();
    expect(pairIn({ ...wide, ...v2 })).toEqual(pair);
    const texts = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`t${String(at)}`, '{"a":"{}"}']),
    );
    expect(readGrant(texts, exchange)).toBeNull();
  });
});
