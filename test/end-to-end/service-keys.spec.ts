import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import type { BrokerClient } from './broker-client.js';
import { connectOrg } from './connect-org.js';
import { promiseMilliseconds } from './freshness-endings.js';
import { hasHeard } from './has-heard.js';
import { startPlatform, type Platform } from './platform.js';

let platform: Platform;
let acting: BrokerClient;
let reading: BrokerClient;

beforeAll(async () => {
  platform = await startPlatform({ replicas: 2, variables: { UPKEEP_ENABLED: 'false' } });
  [acting, reading] = platform.brokers as [BrokerClient, BrokerClient];
  await connectOrg(acting, platform.sandbox, 'acme', '830001');
});

afterAll(async () => {
  await platform.close();
});

interface MadeKey {
  readonly keyId: string;
  readonly path: string;
  readonly key: string;
}

async function makeKey(): Promise<MadeKey> {
  const wanted = { name: 'reader', scopes: ['tokens:read'], tenants: ['acme'] };
  const { json } = await acting.call('POST', '/admin/api/service-keys', wanted);
  const keyId = String(json['keyId']);
  return { keyId, path: `/admin/api/service-keys/${keyId}`, key: String(json['key']) };
}

async function opens(broker: BrokerClient, key: string): Promise<boolean> {
  const { status } = await broker.withKey(key).token('acme');
  expect([200, 401]).toContain(status);
  return status === 200;
}

/** Until then a replica may not know what another one was told; that this time passes is the point. */
async function promiseIsDue(answeredAt: number): Promise<void> {
  await wait(Math.max(0, answeredAt + promiseMilliseconds + 1 - performance.now()));
}

describe('a key with a second secret', () => {
  it('opens with both, and with the old one nowhere a second after it was removed', async () => {
    const { path, key: old } = await makeKey();
    await hasHeard(reading);
    expect(await opens(reading, old)).toBe(true);
    const { status, json } = await acting.call('POST', `${path}/secrets`);
    let answeredAt = performance.now();
    expect([status, json['number']]).toEqual([201, 2]);
    const young = String(json['key']);
    expect(await opens(acting, young)).toBe(true);
    await promiseIsDue(answeredAt);
    for (const broker of platform.brokers) {
      expect([await opens(broker, old), await opens(broker, young)]).toEqual([true, true]);
    }
    expect(await acting.call('POST', `${path}/secrets`)).toMatchObject({
      status: 409,
      json: { code: 'service_key_secrets_full' },
    });
    expect((await acting.call('DELETE', `${path}/secrets/1`)).status).toBe(204);
    answeredAt = performance.now();
    expect(await opens(acting, old)).toBe(false);
    await promiseIsDue(answeredAt);
    expect([await opens(reading, old), await opens(reading, young)]).toEqual([false, true]);
    expect(await acting.call('DELETE', `${path}/secrets/2`)).toMatchObject({
      status: 409,
      json: { code: 'service_key_last_secret' },
    });
    expect(await opens(reading, young)).toBe(true);
    expect((await acting.call('GET', path)).json['secrets']).toEqual([
      { number: 2, createdAt: expect.any(String) },
    ]);
  });

  it('opens with none of them a second after it was revoked', async () => {
    const { path, key: first } = await makeKey();
    const { json } = await acting.call('POST', `${path}/secrets`);
    const second = String(json['key']);
    await hasHeard(reading);
    expect([await opens(reading, first), await opens(reading, second)]).toEqual([true, true]);
    expect((await acting.call('DELETE', path)).status).toBe(204);
    await promiseIsDue(performance.now());
    expect([await opens(reading, first), await opens(reading, second)]).toEqual([false, false]);
    expect((await acting.call('POST', `${path}/secrets`)).status).toBe(404);
  });
});

describe('a caller that is not let in', () => {
  it('hears the same whatever is wrong with its key', async () => {
    const [revoked, expired, rotated, good] = [
      await makeKey(),
      await makeKey(),
      await makeKey(),
      await makeKey(),
    ];
    await acting.call('DELETE', revoked.path);
    await expire(expired.keyId);
    await acting.call('POST', `${rotated.path}/secrets`);
    await acting.call('DELETE', `${rotated.path}/secrets/1`);
    const headers = [
      undefined,
      '',
      'Bearer',
      'Basic YTpi',
      'Bearer nonsense',
      `Bearer dtb_0123456789abcdef_${'a'.repeat(43)}`,
      `Bearer ${good.key.slice(0, -1)}${good.key.endsWith('A') ? 'B' : 'A'}`,
      ...[revoked, expired, rotated].map(({ key }) => `Bearer ${key}`),
    ];
    const answers = new Set<string>();
    for (const authorization of headers) {
      for (const tenantId of ['acme', 'nobody', 'a%20b']) {
        const response = await fetch(`${acting.url}/v1/tenants/${tenantId}/deskera-token`, {
          headers: authorization === undefined ? {} : { authorization },
        });
        const told = Object.fromEntries(
          [...response.headers].filter(([name]) => !/^(date|x-request-id)$/.test(name)),
        );
        answers.add(JSON.stringify([response.status, told, await response.text()]));
      }
    }
    expect([...answers]).toEqual([expect.stringContaining('"unauthorized')]);
    expect(await opens(acting, good.key)).toBe(true);
  });

  it('to a tenant can’t learn whether there is such a tenant', async () => {
    await connectOrg(acting, platform.sandbox, 'other', '830002');
    const stranger = acting.withKey((await makeKey()).key);
    const answers = await Promise.all(['other', 'nobody'].map((tenantId) => stranger.token(tenantId)));
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(answers[0]?.json).toEqual(answers[1]?.json);
  });
});

describe('the last use of a key', () => {
  it('is told soon after it', async () => {
    const { path, keyId, key } = await makeKey();
    expect((await acting.call('GET', path)).json['lastUsedAt']).toBeNull();
    const before = Date.now();
    expect(await opens(reading, key)).toBe(true);
    await eventually(async () => (await acting.call('GET', path)).json['lastUsedAt'] !== null);
    const { json } = await acting.call('GET', '/admin/api/service-keys');
    const listed = (json['items'] as { keyId: string; lastUsedAt: string }[]).find(
      (each) => each.keyId === keyId,
    );
    // The database's clock is this machine's; it is known here as precisely as an answer takes.
    expect(Math.abs(Date.parse(String(listed?.lastUsedAt)) - before)).toBeLessThan(30_000);
  });
});

async function expire(keyId: string): Promise<void> {
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  await client.query(`UPDATE service_key SET expires_at = now() - interval '1 second' WHERE key_id = $1`, [
    keyId,
  ]);
  await client.end();
}
