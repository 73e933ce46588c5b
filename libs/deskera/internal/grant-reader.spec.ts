import { describe, expect, it } from '@jest/globals';
import { fakeToken } from '../testing/index.js';
import { readGrant, type GrantShape } from './grant-reader.js';

const claims = {
  iat: 1_600_000_000,
  exp: 1_600_003_600,
  tenantId: 11242,
  website: 'By Claim',
  email: 'c@x.example',
};
const token = fakeToken(claims);
const refreshToken = fakeToken({ iat: 1_600_000_000, exp: 1_600_086_400 });
const sent = fakeToken();
const exchange = { answeredAt: null, sentRefreshToken: null };

const v1Exchange = {
  access_token: 'd3b07384-d9a0-4c5e-9f3a-000000000001',
  token_type: 'bearer',
  refresh_token: 'd3b07384-d9a0-4c5e-9f3a-000000000002',
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

const shapes: { shape: GrantShape; body: Record<string, unknown>; orgName: string }[] = [
  { shape: 'v1_exchange', body: v1Exchange, orgName: 'Singapore Org' },
  { shape: 'v1_refresh', body: v1Refresh, orgName: 'By Claim' },
  { shape: 'v2', body: v2, orgName: 'By Claim' },
];

describe.each(shapes)('a grant of $shape', ({ shape, body, orgName }) => {
  it('is read from the fields that count', () => {
    expect(readGrant(shape, body, exchange)).toEqual({
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
  const unreadable = [7, true, {}, [], 'no jwt', `${'a'.repeat(70_000)}.b.c`, '<html>'];

  it.each([...unreadable, '', null, undefined])('is none where the token is %.20s', (value) => {
    expect(
      readGrant(shape, { ...body, [tokenField]: value }, { ...exchange, sentRefreshToken: sent }),
    ).toBeNull();
  });

  it.each(unreadable)('is none where the refresh token is %.20s', (value) => {
    expect(
      readGrant(shape, { ...body, [refreshField]: value }, { ...exchange, sentRefreshToken: sent }),
    ).toBeNull();
  });

  it.each(['', null, undefined])('with the refresh token %j keeps the one that was sent', (value) => {
    const changed = { ...body, [refreshField]: value };
    const context = { answeredAt: null, sentRefreshToken: sent };
    expect(readGrant(shape, changed, context)?.refreshToken.reveal()).toBe(sent.reveal());
    expect(readGrant(shape, changed, exchange)).toBeNull();
  });
});

describe('a grant', () => {
  it.each([null, 'text', 7, [], undefined])('is none where the body is %j', (body) => {
    expect(readGrant('v2', body, exchange)).toBeNull();
  });

  it("takes the answer's own e-mail in V1's exchange, and the claim's where it has none", () => {
    expect(readGrant('v1_exchange', { ...v1Exchange, email: 'own@x.example' }, exchange)?.email).toBe(
      'own@x.example',
    );
    expect(readGrant('v1_exchange', { ...v1Exchange, org: 5 }, exchange)?.orgName).toBe('By Claim');
  });

  it('whose tokens say nothing is still a grant', () => {
    const opaque = { access_token: 'a.b.c', refresh_token: 'd.e.f' };
    expect(readGrant('v2', opaque, exchange)).toMatchObject({
      orgId: null,
      orgName: null,
      email: null,
      tokenLifeSeconds: null,
      refreshTokenLifeSeconds: null,
    });
  });
});
