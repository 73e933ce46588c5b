import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { claimsOf, Partner, type Pair } from './testing/partner.js';

let partner: Partner;

beforeAll(async () => {
  partner = await Partner.start();
});

beforeEach(() => partner.control('POST', '/reset'));

afterAll(() => partner.sandbox.close());

/** A grant whose first refresh token is spent, and the pair that followed it. */
async function refreshedOnce(): Promise<{ spent: Pair; token: string; refreshToken: string }> {
  const spent = await partner.grant({ orgId: '11242' });
  const { json } = await partner.refreshV1(spent.deskeraRefreshToken);
  return { spent, token: String(json['accessToken']), refreshToken: String(json['refreshToken']) };
}

describe('strict rotation', () => {
  it('hands out a new pair, and the older access token lives on', async () => {
    const { spent, token, refreshToken } = await refreshedOnce();
    expect(token).not.toBe(spent.deskeraToken);
    expect(refreshToken).not.toBe(spent.deskeraRefreshToken);
    expect(await partner.validate(token)).toBe(200);
    expect(await partner.validate(spent.deskeraToken)).toBe(200);
  });

  it('revokes the whole family when a spent refresh token comes back, and counts it', async () => {
    const { spent, token, refreshToken } = await refreshedOnce();
    const again = await partner.refreshV1(spent.deskeraRefreshToken);
    expect(again.status).toBe(400);
    expect(again.json).toEqual({
      error: 'invalid_grant',
      error_description: `Invalid refresh token: ${spent.deskeraRefreshToken}`,
    });
    expect((await partner.refreshV1(refreshToken)).status).toBe(400);
    expect(await partner.validate(token)).toBe(401);
    expect(await partner.counters()).toMatchObject({
      refreshesSucceeded: 1,
      spentRefreshTokensPresented: 1,
      familiesRevoked: 1,
    });
  });

  it('leaves other grants of the org alone', async () => {
    const other = await partner.grant({ orgId: '11242' });
    const { spent } = await refreshedOnce();
    await partner.refreshV1(spent.deskeraRefreshToken);
    expect(await partner.validate(other.deskeraToken)).toBe(200);
  });
});

describe('rotation with grace', () => {
  beforeEach(() => partner.control('PUT', '/settings', { rotation: 'grace', graceSeconds: 10 }));

  it('hands out the same pair again while the grace lasts', async () => {
    const { spent, token, refreshToken } = await refreshedOnce();
    partner.clock.turn(9);
    const { json } = await partner.refreshV1(spent.deskeraRefreshToken);
    expect(json).toMatchObject({ accessToken: token, refreshToken });
    expect(await partner.counters()).toMatchObject({ spentRefreshTokensPresented: 1, familiesRevoked: 0 });
  });

  it('is strict afterwards', async () => {
    const { spent, token } = await refreshedOnce();
    partner.clock.turn(10);
    expect((await partner.refreshV1(spent.deskeraRefreshToken)).status).toBe(400);
    expect(await partner.validate(token)).toBe(401);
  });
});

describe('stable refresh tokens', () => {
  it('stay the same', async () => {
    await partner.control('PUT', '/settings', { rotation: 'stable' });
    const { spent, token, refreshToken } = await refreshedOnce();
    expect(refreshToken).toBe(spent.deskeraRefreshToken);
    expect(token).not.toBe(spent.deskeraToken);
    expect((await partner.refreshV1(refreshToken)).status).toBe(200);
  });
});

describe('the V1 refresh', () => {
  it('answers with every documented field', async () => {
    const { deskeraRefreshToken } = await partner.grant();
    const { json } = await partner.refreshV1(deskeraRefreshToken);
    expect(Object.keys(json).sort()).toEqual(
      ['accessToken', 'emailVerified', 'expiresIn', 'guid', 'idToken', 'isMFAEnabled', 'isTrialUser'].concat(
        'refreshToken',
        'tokenType',
      ),
    );
    expect(json).toMatchObject({ expiresIn: 0, tokenType: 'bearer' });
  });

  it('wants identity where the settings say so, and does not blame the token', async () => {
    await partner.control('PUT', '/settings', { requireIdentity: true });
    const { deskeraRefreshToken } = await partner.grant({ orgId: '11242' });
    const without = await partner.refreshV1(deskeraRefreshToken);
    expect(without).toMatchObject({ status: 400, json: { errorMessage: 'userName is required' } });
    const wrong = await partner.refreshV1(deskeraRefreshToken, { userName: 'ana', tenantId: '1' });
    expect(wrong.status).toBe(400);
    const right = await partner.refreshV1(deskeraRefreshToken, { userName: 'ana', tenantId: 11242 });
    expect(right.status).toBe(200);
  });

  it('refuses with the status of the settings', async () => {
    await partner.control('PUT', '/settings', { refusedRefreshStatus: 403 });
    expect((await partner.refreshV1('eyJ.x.y')).status).toBe(403);
  });

  it.each(['', '[]', '{"refreshToken":7}', '{'])('calls the body %j a bad request', async (body) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await partner.call('POST', '/v1/iam/auth/app/getrefreshtoken', { headers, body });
    expect(reply).toMatchObject({ status: 400, json: { httpStatus: 'BAD_REQUEST' } });
  });
});

describe('the V2 refresh', () => {
  it('takes its parameters from the query too, and answers like an exchange', async () => {
    const { deskeraRefreshToken } = await partner.grant({ apiVersion: 'v2' });
    const path = `/v2/oauth/token?grant_type=refresh_token&refresh_token=${deskeraRefreshToken}`;
    const { status, json } = await partner.token(path, {});
    expect(status).toBe(200);
    expect(json).toMatchObject({ token_type: 'bearer', expires_in: 0 });
  });

  it('wants the client that the token was issued to', async () => {
    const other = { clientId: 'cl_pub_other', clientSecret: 'other', callbackUri: 'http://localhost/' };
    await partner.control('POST', '/clients', other);
    const { deskeraRefreshToken } = await partner.grant({ apiVersion: 'v2' });
    const asOther = `Basic ${Buffer.from('cl_pub_other:other').toString('base64')}`;
    expect((await partner.refreshV2(deskeraRefreshToken, asOther)).json['error']).toBe('invalid_grant');
    expect((await partner.refreshV2(deskeraRefreshToken, 'Basic eDp5')).json['error']).toBe('invalid_client');
    expect((await partner.refreshV2(deskeraRefreshToken)).status).toBe(200);
  });
});

describe('a refresh token', () => {
  it('is good at its own API version only', async () => {
    const [v1, v2] = [await partner.grant({ apiVersion: 'v1' }), await partner.grant({ apiVersion: 'v2' })];
    expect((await partner.refreshV2(v1.deskeraRefreshToken)).json['error']).toBe('invalid_grant');
    expect((await partner.refreshV1(v2.deskeraRefreshToken)).json['error']).toBe('invalid_grant');
  });

  it('is no access token, nor the other way round, nor good when changed', async () => {
    const { deskeraToken, deskeraRefreshToken } = await partner.grant();
    expect(await partner.validate(deskeraRefreshToken)).toBe(401);
    expect((await partner.refreshV1(deskeraToken)).status).toBe(400);
    const [header = '', payload = '', signature = ''] = deskeraToken.split('.');
    const changed = { ...claimsOf(deskeraToken), exp: 9_999_999_999 };
    const forged = Buffer.from(JSON.stringify(changed)).toString('base64url');
    expect(await partner.validate(`${header}.${payload}.${signature}`)).toBe(200);
    expect(await partner.validate(`${header}.${forged}.${signature}`)).toBe(401);
  });

  it('dies of age', async () => {
    await partner.control('PUT', '/settings', { refreshTokenLifeSeconds: 100 });
    const { deskeraRefreshToken } = await partner.grant();
    partner.clock.turn(100);
    const { status, json } = await partner.refreshV1(deskeraRefreshToken);
    expect({ status, error: json['error'] }).toEqual({ status: 401, error: 'invalid_token' });
    expect(json['error_description']).toContain('(expired)');
  });
});

describe('an access token', () => {
  it('ends with its `exp`', async () => {
    await partner.control('PUT', '/settings', { tokenLifeSeconds: 60 });
    const { deskeraToken } = await partner.grant();
    partner.clock.turn(59);
    expect(await partner.validate(deskeraToken)).toBe(200);
    partner.clock.turn(1);
    expect(await partner.validate(deskeraToken)).toBe(401);
  });

  it('ends without telling when, where the settings say so', async () => {
    await partner.control('PUT', '/settings', { tokenLifeSeconds: 60, includeExp: false });
    const { deskeraToken } = await partner.grant();
    expect(claimsOf(deskeraToken)).not.toHaveProperty('exp');
    expect(await partner.validate(deskeraToken)).toBe(200);
    partner.clock.turn(60);
    expect(await partner.validate(deskeraToken)).toBe(401);
  });

  it('ends with the next refresh, where the settings say so', async () => {
    await partner.control('PUT', '/settings', { refreshEndsOldTokens: true });
    const { spent, token } = await refreshedOnce();
    expect(await partner.validate(spent.deskeraToken)).toBe(401);
    expect(await partner.validate(token)).toBe(200);
  });
});

describe('a refresh that comes back for another org', () => {
  it('happens once', async () => {
    await partner.control('PUT', '/settings', { wrongOrgOnRefresh: '64934' });
    const { token } = await refreshedOnce();
    expect(claimsOf(token)).toMatchObject({ tenantId: 64934, website: 'Euro Org' });
    expect((await partner.control('GET', '/settings')).json['wrongOrgOnRefresh']).toBeNull();
  });
});
