import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MetricsText } from '#observability/testing';
import type { Answer, BrokerClient } from './broker-client.js';
import { startPlatform, type Platform } from './platform.js';
import { statementsDuring } from './sql-count.js';

const path = '/v1/tenants/acme/deskera-token';
const perKey = 20;
const bad = 5;

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform({
    variables: {
      RATE_LIMIT_KEY_PER_SECOND: String(perKey),
      RATE_LIMIT_FAILED_AUTH_PER_MINUTE: String(bad),
      RATE_LIMIT_CALLBACK_PER_MINUTE: String(bad),
      TRUST_PROXY: '127.0.0.1,::1',
      UPKEEP_ENABLED: 'false',
    },
  });
});

afterAll(async () => {
  await platform.close();
});

async function newKey(): Promise<BrokerClient> {
  const wanted = { name: 'invoices', scopes: ['tokens:read'], tenants: ['acme'] };
  const { json } = await platform.broker.call('POST', '/admin/api/service-keys', wanted);
  return platform.broker.withKey(String(json['key']));
}

const madeUp = (): string => `dtb_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`;

/** As it comes through a proxy that is trusted. */
const readFrom = (client: BrokerClient, address: string): Promise<Answer> =>
  client.call('GET', path, undefined, { 'x-forwarded-for': address });

const showBadKeys = (times: number, address: string): Promise<readonly number[]> =>
  Promise.all(
    Array.from({ length: times }, async () => {
      return (await readFrom(platform.broker.withKey(madeUp()), address)).status;
    }),
  );

const times = (status: number, statuses: readonly number[]): number =>
  statuses.filter((each) => each === status).length;

async function refusals(limit: string): Promise<number | null> {
  const page = await (await fetch(`${platform.broker.url}/metrics`)).text();
  return new MetricsText(page).value('broker_rate_limited_total', { limit });
}

describe('a service key', () => {
  it('may send so many requests, is told how it stands, and is refused what is too much', async () => {
    const client = await newKey();
    const answers = await Promise.all(Array.from({ length: 3 * perKey }, () => client.call('GET', path)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(perKey);
    for (const { headers } of answers) {
      expect(headers.get('ratelimit-policy')).toBe(`"key";q=${String(perKey)};w=1`);
      expect(headers.get('ratelimit')).toMatch(/^"key";r=\d+;t=[01]$/);
    }
    for (const { headers, json } of refused) {
      expect(headers.get('retry-after')).toBe('1');
      expect(json).toMatchObject({ status: 429, code: 'rate_limited' });
    }
    expect(await refusals('key')).toBe(refused.length);
  });

  it('of the configuration, and what is open to all, have no limit', async () => {
    const answers = await Promise.all(
      Array.from({ length: 3 * perKey }, () => platform.broker.call('GET', path)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(answers[0]?.headers.get('ratelimit')).toBeNull();
    const health = await Promise.all(
      Array.from({ length: 3 * perKey }, () => fetch(`${platform.broker.url}/health/live`)),
    );
    expect(new Set(health.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe('an address that shows bad keys', () => {
  it('gets few lookups for many at once, and good keys from it still open, one never seen before too', async () => {
    const [remembered, neverSeen] = [await newKey(), await newKey()];
    await readFrom(remembered, '192.0.2.1');
    const statements = await statementsDuring(async () => {
      const statuses = await showBadKeys(200, '192.0.2.1');
      expect(times(401, statuses)).toBeGreaterThanOrEqual(bad);
      expect(times(401, statuses) + times(429, statuses)).toBe(200);
      expect(times(429, statuses)).toBeGreaterThan(150);
      for (const client of [remembered, neverSeen]) {
        expect((await readFrom(client, '192.0.2.1')).status).toBe(404);
      }
    });
    const lookups = statements.filter((name) => name.startsWith('service_key'));
    expect(lookups.length).toBeLessThan(50);
    expect(await refusals('failed_auth')).toBeGreaterThan(150);
  });

  it('is another one than its neighbour', async () => {
    await showBadKeys(2 * bad, '192.0.2.2');
    expect((await readFrom(platform.broker.withKey(madeUp()), '192.0.2.3')).status).toBe(401);
  });
});

describe('an address that calls back', () => {
  it('with made-up states is refused, and with a genuine one still connects', async () => {
    const from = { 'x-forwarded-for': '192.0.2.4' };
    const callBack = (state: string, code = 'made-up'): Promise<Answer> => {
      const query = new URLSearchParams({ state, code }).toString();
      return platform.broker.call('GET', `/oauth/callback?${query}`, undefined, from);
    };
    const flood = await Promise.all(
      Array.from({ length: 50 }, () => callBack(randomBytes(33).toString('base64url'))),
    );
    expect(
      times(
        429,
        flood.map(({ status }) => status),
      ),
    ).toBeGreaterThan(20);
    await platform.sandbox.addOrg('77');
    const { json } = await platform.broker.startConnect('acme');
    const opened = await platform.broker.call('GET', new URL(String(json['connectUrl'])).pathname);
    const state = new URL(String(opened.headers.get('location'))).searchParams.get('state') ?? '';
    expect(await callBack(state, await platform.sandbox.code('77'))).toMatchObject({
      status: 200,
      json: { status: 'connected' },
    });
    expect(await refusals('callback')).toBeGreaterThan(20);
  });
});
