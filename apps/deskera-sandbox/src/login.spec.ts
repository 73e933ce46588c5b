import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authPath, basic, claimsOf, Partner } from './testing/partner.js';
import { Receiver } from './testing/receiver.js';

const receiver = new Receiver();
let partner: Partner;

beforeAll(async () => {
  partner = await Partner.start({ defaultCallbackUri: await receiver.start() });
});

beforeEach(async () => {
  await partner.control('POST', '/reset');
  receiver.received.length = 0;
});

afterAll(async () => {
  await partner.sandbox.close();
  await receiver.stop();
});

async function codeFromV1(parameters: Record<string, string> = {}): Promise<string> {
  const body = new URLSearchParams({ org: '11242', decision: 'allow' });
  await partner.call('POST', authPath('/appauth', parameters), { body });
  return receiver.received.at(-1)?.query['code'] ?? '';
}

const exchange = { grant_type: 'authorization_code', scope: 'write' };

describe('a login as Deskera’s public samples do it', () => {
  it('exchanges a code from a form body with the scope `read+write` (Node sample)', async () => {
    const code = await codeFromV1({ scope: 'read+write', redirect_uri: 'http://localhost:8080/callback' });
    const { status, json } = await partner.token('/oauth/token', { ...exchange, scope: 'read+write', code });
    expect(status).toBe(200);
    expect(claimsOf(json['deskera-token'])['name']).toBe('Singapore Owner');
    const headers = { 'x-access-token': String(json['deskera-token']) };
    const invoices = await partner.call('GET', '/v1/invoices/sales', { headers });
    expect(invoices.json['totalElements']).toBe(2);
  });

  it('exchanges a code from the query with an empty body called JSON (Java sample)', async () => {
    const query = `grant_type=authorization_code&scope=read+write&code=${await codeFromV1()}`;
    const headers = { authorization: basic, 'content-type': 'application/json', accept: 'application/json' };
    const { status, json } = await partner.call('POST', `/oauth/token?${query}`, { headers, body: '' });
    expect(status).toBe(200);
    expect(claimsOf(json['deskera-token'])).toMatchObject({ userId: 12075, tenantId: 11242 });
  });

  it('keeps tokens readable by a plain base64 decoder whatever the org is called', async () => {
    await partner.control('POST', '/orgs', { id: '77', name: 'Größe > 1? ~ 貿易' });
    const { deskeraToken } = await partner.grant({ orgId: '77' });
    expect(claimsOf(deskeraToken)['website']).toBe('Größe > 1? ~ 貿易');
  });
});

describe('the V1 answer', () => {
  it('has every documented field, and a pair that counts', async () => {
    const { json } = await partner.token('/oauth/token', { ...exchange, code: await codeFromV1() });
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
    expect(json).toEqual({
      access_token: uuid,
      token_type: 'bearer',
      refresh_token: uuid,
      expires_in: 9,
      scope: 'write',
      'deskera-token': expect.any(String),
      'deskera-refresh-token': expect.any(String),
      email: 'ana@singapore-org.example',
      username: 'My Org',
      org: 'Singapore Org',
    });
    expect(await partner.validate(String(json['deskera-token']))).toBe(200);
    expect(await partner.validate(String(json['deskera-refresh-token']))).toBe(401);
    expect(String(json['deskera-token']).length).toBeGreaterThan(1900);
    expect(claimsOf(json['deskera-token'])).toMatchObject({
      user_name: '12075:11242',
      website: 'Singapore Org',
      isOrgSet: true,
      exp: partner.clock.now() / 1000 + 3600,
      iat: partner.clock.now() / 1000,
    });
  });
});

describe('the V2 answer', () => {
  it('has tokens and nothing of the org', async () => {
    const { json } = await partner.token('/v2/oauth/token', {
      ...exchange,
      code: await partner.codeFromV2(),
    });
    const [access, refresh] = [expect.any(String), expect.any(String)];
    expect(json).toEqual({
      access_token: access,
      token_type: 'bearer',
      refresh_token: refresh,
      expires_in: 0,
    });
    expect(await partner.validate(String(json['access_token']))).toBe(200);
  });
});

describe('a code', () => {
  it('is good once, and its second use issues nothing', async () => {
    const code = await partner.codeFromV2();
    expect(code).toMatch(/^[A-Za-z0-9]{7}$/);
    await partner.token('/v2/oauth/token', { ...exchange, code });
    const again = await partner.token('/v2/oauth/token', { ...exchange, code });
    expect(again.status).toBe(400);
    expect(again.json).toEqual({
      error: 'invalid_grant',
      error_description: `Invalid authorization code: ${code}`,
    });
    expect(await partner.counters()).toMatchObject({ spentCodesPresented: 1 });
  });

  it('is too old after `codeLifeSeconds`', async () => {
    await partner.control('PUT', '/settings', { codeLifeSeconds: 5 });
    const code = await partner.codeFromV2();
    partner.clock.turn(5);
    expect((await partner.token('/v2/oauth/token', { ...exchange, code })).json['error']).toBe(
      'invalid_grant',
    );
  });

  it('is good for its own API version and client only', async () => {
    const code = await partner.codeFromV2();
    const other = { clientId: 'cl_pub_other', clientSecret: 'other', callbackUri: 'http://localhost/' };
    await partner.control('POST', '/clients', other);
    const asOther = `Basic ${Buffer.from('cl_pub_other:other').toString('base64')}`;
    expect((await partner.token('/oauth/token', { ...exchange, code })).status).toBe(400);
    expect((await partner.token('/v2/oauth/token', { ...exchange, code }, asOther)).status).toBe(400);
    expect((await partner.token('/v2/oauth/token', { ...exchange, code })).status).toBe(200);
  });
});

describe('a token call that is refused', () => {
  const wrongSecret = `Basic ${Buffer.from('cl_pub_sandbox:wrong').toString('base64')}`;

  it.each([
    ['/oauth/token', { ...exchange, code: 'x' }, wrongSecret, 401, 'unauthorized'],
    ['/v2/oauth/token', { ...exchange, code: 'x' }, wrongSecret, 401, 'invalid_client'],
    ['/v2/oauth/token', { ...exchange, code: 'x' }, 'Bearer x', 401, 'invalid_client'],
    ['/oauth/token', { code: 'x' }, basic, 400, 'invalid_request'],
    ['/oauth/token', { grant_type: 'refresh_token' }, basic, 400, 'unsupported_grant_type'],
    ['/oauth/token', { ...exchange, scope: 'admin', code: 'x' }, basic, 400, 'invalid_scope'],
    ['/oauth/token', exchange, basic, 400, 'invalid_request'],
  ])('%s %j: %#', async (path, parameters, authorization, status, error) => {
    const reply = await partner.token(path, parameters, authorization);
    expect(reply).toMatchObject({ status, json: { error } });
  });
});

describe('connecting again', () => {
  it('hands back the first pair within the hour where the settings say so', async () => {
    await partner.control('PUT', '/settings', { reuseTokensWithinHour: true });
    const first = await partner.grant({ orgId: '11242' });
    await partner.refreshV1(first.deskeraRefreshToken);
    partner.clock.turn(3599);
    expect(await partner.grant({ orgId: '11242' })).toEqual(first);
    partner.clock.turn(1);
    expect(await partner.grant({ orgId: '11242' })).not.toEqual(first);
  });
});
