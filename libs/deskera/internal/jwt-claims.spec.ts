import { describe, expect, it } from '@jest/globals';
import { fakeToken } from '../testing/index.js';
import { lifeSeconds, looksLikeJwt, readClaims } from './jwt-claims.js';

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
    { website: 'broken \ud800', orgName: 'broken \ufffd' },
    { website: 'x'.repeat(300), orgName: 'x'.repeat(256) },
  ])('website $website', ({ website, orgName }) => {
    expect(claimsOf({ website }).orgName).toBe(orgName);
  });

  it.each([
    { email: 'a@b.example', read: 'a@b.example' },
    { email: '', read: null },
    { email: 'no address', read: null },
    { email: 5, read: null },
  ])('email $email', ({ email, read }) => {
    expect(claimsOf({ email }).email).toBe(read);
  });
});

describe('the life of a token', () => {
  const answeredAt = new Date(1_700_000_000_000);
  const day = 86_400;

  it.each([
    { claims: { iat: 1_600_000_000, exp: 1_600_003_600 }, life: 3_600 },
    { claims: { iat: 1_600_000_000_000, exp: 1_600_003_600_000 }, life: 3_600 },
    { claims: { iat: 1_600_000_000, exp: 1_600_003_600_500 }, life: 3_600 },
    { claims: { exp: 1_700_000_090 }, life: 90 },
    { claims: { exp: 1_700_000_090, iat: 'yesterday' }, life: 90 },
    { claims: { iat: 1_600_000_000 }, life: null },
    { claims: { iat: 1_600_000_000, exp: 1_600_000_000 }, life: null },
    { claims: { iat: 1_600_000_000, exp: 1_500_000_000 }, life: null },
    { claims: { iat: 1_600_000_000, exp: 1_600_000_000 + 400 * day }, life: 400 * day },
    { claims: { iat: 1_600_000_000, exp: 1_600_000_001 + 400 * day }, life: null },
    { claims: { iat: 1_600_000_000, exp: '1600003600' }, life: null },
    { claims: { iat: 1_600_000_000, exp: 0 }, life: null },
    { claims: { iat: 1_600_000_000, exp: 1e300 }, life: null },
  ])('$claims is $life s', ({ claims, life }) => {
    expect(lifeSeconds(claimsOf(claims), answeredAt)).toBe(life);
  });

  it('without iat and without a Date it is unknown', () => {
    expect(lifeSeconds(claimsOf({ exp: 1_700_000_090 }), null)).toBeNull();
  });
});

describe('a token', () => {
  it.each(['', 'a', 'a.b', '.b.c', 'a..c', 'a.b.c.d', 'a.b c.d', 'a.b.c\n', 'ä.b.c'])(
    '%j is no JWT',
    (text) => {
      expect(looksLikeJwt(text)).toBe(false);
    },
  );

  it.each(['a.b.c', 'a.b.'])('%j looks like one, and claims nothing', (text) => {
    expect(looksLikeJwt(text)).toBe(true);
    expect(Object.values(readClaims(text))).toEqual([null, null, null, null, null]);
  });

  it.each(['null', '[]', '"text"', '7', '{', '['.repeat(50_000)])(
    'with %.10s inside claims nothing',
    (payload) => {
      const jwt = `e30.${Buffer.from(payload).toString('base64url')}.c2ln`;
      expect(readClaims(jwt).orgId).toBeNull();
    },
  );
});
