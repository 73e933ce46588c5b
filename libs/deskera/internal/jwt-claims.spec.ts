import { describe, expect, it } from '@jest/globals';
import { fakeToken } from '../testing/index.js';
import { looksLikeJwt, readClaims } from './jwt-claims.js';

function claimsOf(claims: Record<string, unknown>) {
  return readClaims(fakeToken(claims).reveal());
}

describe("the organisation's id", () => {
  it.each([
    { claims: { tenantId: 11242 }, orgId: '11242' },
    { claims: { tenantId: '11242' }, orgId: '11242' },
    { claims: { tenantId: 11242, user_name: '1:2' }, orgId: '11242' },
    { claims: { user_name: '12075:11242' }, orgId: '11242' },
    { claims: { tenantId: '', user_name: '12075:11242' }, orgId: '11242' },
    { claims: { tenantId: 0 }, orgId: null },
    { claims: { tenantId: -1 }, orgId: null },
    { claims: { tenantId: 1.5 }, orgId: null },
    { claims: { tenantId: 2 ** 60 }, orgId: null },
    { claims: { tenantId: 'a b' }, orgId: null },
    { claims: { tenantId: 'x'.repeat(129) }, orgId: null },
    { claims: { tenantId: ['11242'] }, orgId: null },
    { claims: { tenantId: { id: 1 } }, orgId: null },
    { claims: { tenantId: null, user_name: 'owner@example.com' }, orgId: null },
    { claims: { user_name: '12075:' }, orgId: null },
    { claims: { user_name: '1:2:3' }, orgId: null },
    { claims: {}, orgId: null },
  ])('$claims is $orgId', ({ claims, orgId }) => {
    expect(claimsOf(claims).orgId).toBe(orgId);
  });
});

describe('what is shown to people', () => {
  it.each([
    { website: 'Singapore Org', orgName: 'Singapore Org' },
    { website: '  ', orgName: null },
    { website: 7, orgName: null },
    { website: 'a\u0000\u0007b', orgName: 'a b' },
    { website: 'Acme\u200b\u202e\u{e0041} Ltd\u061c', orgName: 'Acme Ltd' },
    { website: '\u200b\ufeff', orgName: null },
    { website: 'broken \ud800', orgName: 'broken \ufffd' },
    { website: 'x'.repeat(300), orgName: 'x'.repeat(256) },
  ])('website $website', ({ website, orgName }) => {
    expect(claimsOf({ website }).orgName).toBe(orgName);
  });

  it.each([
    { email: 'a@b.example', read: 'a@b.example' },
    { email: 'a\u200b@b\u202e.example', read: 'a@b.example' },
    { email: '', read: null },
    { email: 'no address', read: null },
    { email: 5, read: null },
  ])('email $email', ({ email, read }) => {
    expect(claimsOf({ email }).email).toBe(read);
  });
});

describe('a time', () => {
  const at = 1_764_547_200;

  it.each([
    at,
    at * 1_000,
    at * 1_000_000,
    `${String(at)}000000000`,
    String(at),
    ` ${String(at)}\n`,
    `+${String(at)}`,
    `${String(at)}.0`,
    `${String(at)}000`,
    '1.7645472e9',
    '1.7645472E+9',
    '2025-12-01T00:00:00Z',
    '2025-12-01T02:00:00.000+02:00',
    '2025-12-01T00:00:00',
    '2025-12-01 00:00:00.000',
  ])('%j is believed', (exp) => {
    expect(claimsOf({ exp }).expiresAt).toBe(at);
  });

  it('may have a fraction', () => {
    expect(claimsOf({ exp: at + 0.5 }).expiresAt).toBe(at + 0.5);
    expect(claimsOf({ exp: `${String(at)}.5` }).expiresAt).toBe(at + 0.5);
  });

  it.each([
    0,
    -at,
    1e300,
    1.5e21,
    '2025-13-01T00:00:00',
    '2025-12-01',
    '',
    ' ',
    'NaN',
    'Infinity',
    '1e999',
    '-5',
    '0x10',
    '1_000',
    'tomorrow',
    '1'.repeat(100_000),
    true,
    null,
    {},
    [at],
    { seconds: at },
  ])('%.20j is unknown', (exp) => {
    expect(claimsOf({ exp }).expiresAt).toBeNull();
  });
});

describe('a token', () => {
  it.each(['', 'a', 'a.b', '.b.c', 'a..c', 'a.b.c.d', 'a.b c.d', 'a.b.c\n', 'ä.b.c'])(
    '%j is no JWT',
    (text) => {
      expect(looksLikeJwt(text)).toBe(false);
    },
  );

  it.each(['a.b.c', 'a.b.', 'ab==.cd==.ef=', 'a+/b.c-_d.e+f'])(
    '%j looks like one, and claims nothing',
    (text) => {
      expect(looksLikeJwt(text)).toBe(true);
      expect(Object.values(readClaims(text))).toEqual([null, null, null, null, null]);
    },
  );

  it.each(['null', '[]', '"text"', '7', '{', '['.repeat(50_000)])(
    'with %.10s inside claims nothing',
    (payload) => {
      const jwt = `e30.${Buffer.from(payload).toString('base64url')}.c2ln`;
      expect(readClaims(jwt).orgId).toBeNull();
    },
  );
});
