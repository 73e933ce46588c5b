import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Partner, type Pair } from './testing/partner.js';

let partner: Partner;

beforeAll(async () => {
  partner = await Partner.start({ settings: { graceSeconds: 5 } });
});

beforeEach(() => partner.control('POST', '/reset'));

afterAll(() => partner.sandbox.close());

describe('settings', () => {
  it('are merged, and back to the start after a reset', async () => {
    const { status, json } = await partner.control('PUT', '/settings', {
      rotation: 'stable',
      graceSeconds: 9,
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ rotation: 'stable', graceSeconds: 9, tokenLifeSeconds: 3600 });
    await partner.control('POST', '/reset');
    expect((await partner.control('GET', '/settings')).json).toMatchObject({
      rotation: 'strict',
      graceSeconds: 5,
    });
  });

  it.each([
    [{ tokenLife: 1 }, 'tokenLife is not a known name'],
    [{ tokenLifeSeconds: 0 }, 'tokenLifeSeconds'],
    [{ tokenLifeSeconds: '60' }, 'tokenLifeSeconds'],
    [{ rotation: 'loose' }, 'strict, grace, stable'],
    [{ includeExp: 'no' }, 'includeExp'],
    [{ wrongOrgOnRefresh: '1' }, 'no org that exists'],
    [[], 'The body'],
    ['x', 'The body'],
  ])('refuse %j and keep what they were', async (changes, message) => {
    const before = (await partner.control('GET', '/settings')).json;
    const { status, json } = await partner.control('PUT', '/settings', changes);
    expect(status).toBe(400);
    expect(json['message']).toContain(message);
    expect((await partner.control('GET', '/settings')).json).toEqual(before);
  });

  it.each(['{', ''])('refuse the body %j', async (body) => {
    expect((await partner.call('PUT', '/sandbox/settings', { body })).status).toBe(400);
  });

  it('refuse a body over 64 KB', async () => {
    const body = JSON.stringify({ rotation: 'x'.repeat(70_000) });
    expect((await partner.call('PUT', '/sandbox/settings', { body })).status).toBe(413);
  });

  it('make every call as slow as they say', async () => {
    await partner.control('PUT', '/settings', { latencyMilliseconds: 1500 });
    const before = partner.clock.now();
    await partner.validate('x');
    expect(partner.clock.now() - before).toBe(1500);
  });
});

describe('an org', () => {
  it('that is revoked loses all grants it had, at once', async () => {
    const old = await partner.grant({ orgId: '11242' });
    const other = await partner.grant({ orgId: '64934' });
    expect((await partner.control('POST', '/orgs/11242/revoke')).status).toBe(204);
    expect(await partner.validate(old.deskeraToken)).toBe(401);
    expect((await partner.refreshV1(old.deskeraRefreshToken)).json['error']).toBe('invalid_grant');
    expect(await partner.validate(other.deskeraToken)).toBe(200);
    const fresh = await partner.grant({ orgId: '11242' });
    expect(await partner.validate(fresh.deskeraToken)).toBe(200);
  });

  it('that is expired loses its access tokens only', async () => {
    const { deskeraToken, deskeraRefreshToken } = await partner.grant({ orgId: '11242' });
    await partner.control('POST', '/orgs/11242/expire');
    expect(await partner.validate(deskeraToken)).toBe(401);
    const { json } = await partner.refreshV1(deskeraRefreshToken);
    expect(await partner.validate(String(json['accessToken']))).toBe(200);
  });

  it('can be added, and is shown', async () => {
    const added = await partner.control('POST', '/orgs', { name: 'New Org' });
    expect(added).toMatchObject({ status: 201, json: { id: '500000', name: 'New Org' } });
    expect((await partner.control('POST', '/orgs', { id: '500000', name: 'Renamed' })).status).toBe(200);
    expect((await partner.control('GET', '/orgs')).json['total']).toBe(5);
  });

  it.each(['revoke', 'expire'])('that is unknown can not be told to %s', async (what) => {
    const { status, json } = await partner.control('POST', `/orgs/1/${what}`);
    expect([status, json['error']]).toEqual([404, 'unknown_org']);
  });

  it.each([{}, { name: '' }, { id: 'x1', name: 'X' }, { id: 7, name: 'X' }])(
    'is refused as %j',
    async (org) => {
      expect((await partner.control('POST', '/orgs', org)).status).toBe(400);
    },
  );
});

describe('clients', () => {
  it('are replaced by id, secret included, and no secret is shown', async () => {
    const client = {
      clientId: 'cl_pub_sandbox',
      clientSecret: 'rolled-over',
      callbackUri: 'https://app.example/cb',
    };
    expect((await partner.control('POST', '/clients', client)).status).toBe(200);
    const { text } = await partner.control('GET', '/clients');
    expect(text).toContain('https://app.example/cb');
    expect(text).not.toContain('rolled-over');
    expect((await partner.refreshV2('x')).json['error']).toBe('invalid_client');
    const rolledOver = `Basic ${Buffer.from('cl_pub_sandbox:rolled-over').toString('base64')}`;
    expect((await partner.refreshV2('x', rolledOver)).json['error']).toBe('invalid_grant');
  });

  it.each([
    { clientId: 'a', clientSecret: 'b' },
    { clientId: 'a:b', clientSecret: 'b', callbackUri: 'http://localhost/' },
    { clientId: 'a', clientSecret: 'b', callbackUri: 'localhost' },
    { clientId: 'a', clientSecret: 'b', callbackUri: 'file:///etc/passwd' },
  ])('are refused as %j', async (client) => {
    expect((await partner.control('POST', '/clients', client)).status).toBe(400);
  });
});

describe('grants without consent', () => {
  it('come in any number, each for an org of its own, all tokens unique', async () => {
    const { json } = await partner.control('POST', '/grants', { apiVersion: 'v2', count: 20 });
    const items = json['items'] as Pair[];
    expect(new Set(items.map(({ orgId }) => orgId)).size).toBe(20);
    const tokens = items.flatMap(({ deskeraToken, deskeraRefreshToken }) => [
      deskeraToken,
      deskeraRefreshToken,
    ]);
    expect(new Set(tokens).size).toBe(40);
  });

  it.each([
    [{ orgId: '1' }, 404],
    [{ clientId: 'cl_pub_unknown' }, 404],
    [{ count: 1001 }, 400],
  ])('are refused as %j', async (wanted, status) => {
    expect((await partner.control('POST', '/grants', wanted)).status).toBe(status);
  });
});

describe('counters', () => {
  it('tell calls and outcomes, by operation and by org', async () => {
    const { deskeraToken, deskeraRefreshToken } = await partner.grant({ orgId: '11242' });
    await partner.validate(deskeraToken);
    await partner.validate('unknown');
    await partner.refreshV1(deskeraRefreshToken);
    const all = await partner.counters();
    expect(all).toMatchObject({
      refreshesSucceeded: 1,
      spentRefreshTokensPresented: 0,
      familiesRevoked: 0,
      operations: {
        validate: { calls: 2, inFlight: 0, outcomes: { succeeded: 1, refused: 1 } },
        refresh: { calls: 1, outcomes: { succeeded: 1 } },
      },
      orgs: { '11242': { validate: { calls: 1 }, refresh: { calls: 1 } } },
    });
    const { json } = await partner.control('GET', '/counters?orgId=64934');
    expect(json['orgs']).toEqual({ '64934': {} });
  });

  it('can be set to zero', async () => {
    await partner.validate('x');
    expect((await partner.counters())['maxConcurrent']).toBe(1);
    await partner.control('POST', '/counters/reset');
    expect(await partner.counters()).toMatchObject({ maxConcurrent: 0, operations: {}, orgs: {} });
  });
});

describe('what is no part of it', () => {
  it('is not found', async () => {
    expect(await partner.call('GET', '/v3/oauth/token')).toMatchObject({
      status: 404,
      json: { code: '404' },
    });
    expect((await partner.call('GET', '/sandbox/nothing')).status).toBe(404);
  });
});
