import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { applyMigrations } from '#database/migrate';
import { createTestDatabase, startTestPostgres, type TestDatabase } from '../postgres/index.js';
import type { BrokerClient } from './broker-client.js';
import { connectOrg } from './connect-org.js';
import { startPlatform, type Platform } from './platform.js';

interface HandOut {
  readonly keyId: string | null;
  readonly actor: string;
  readonly connectionId: string;
  readonly tenantId: string;
  readonly count: number;
  readonly lastFingerprint: string;
}

let database: TestDatabase;
let platform: Platform;
let broker: BrokerClient;

beforeAll(async () => {
  database = await createTestDatabase();
  platform = await startPlatform({
    replicas: 2,
    databaseUrl: database.url,
    variables: { UPKEEP_ENABLED: 'false' },
  });
  ({ broker } = platform);
});

afterAll(async () => {
  await platform.close();
  await database.drop();
});

describe('hand-outs', () => {
  it('are exact over keys, connections and replicas, and written in few batches', async () => {
    const from = performance.now();
    for (const [index, tenantId] of ['acme', 'beta'].entries())
      await connectOrg(broker, platform.sandbox, tenantId, String(840_001 + index));
    const [one, two] = [await makeKey(broker), await makeKey(broker)];
    const { json } = await broker.token('acme');
    const fingerprint = String(json['fingerprint']);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        platform.brokers.flatMap((replica) => [
          ...[one, one, two].map(({ key }) => replica.withKey(key).token('acme')),
          replica.withKey(two.key).token('beta'),
          notModified(replica.withKey(one.key), 'acme', fingerprint),
        ]),
      );
    }
    const rejections = '/v1/tenants/acme/deskera-token/rejections';
    const reported = await broker.withKey(one.key).call('POST', rejections, { fingerprint: '0'.repeat(16) });
    expect(reported).toMatchObject({ status: 200, json: { outcome: 'replaced' } });
    const acme = String(json['connectionId']);

    await eventually(async () => (await total(broker, `connections/${acme}`)) === 62);
    const ofConnection = await handOuts(broker, `connections/${acme}`);
    expect(counts(ofConnection)).toEqual({ [one.keyId]: 41, [two.keyId]: 20, admin_key: 1 });
    expect(new Set(ofConnection.map(({ tenantId, connectionId }) => `${tenantId} ${connectionId}`))).toEqual(
      new Set([`acme ${acme}`]),
    );
    expect(new Set(ofConnection.map(({ lastFingerprint }) => lastFingerprint))).toEqual(
      new Set([fingerprint]),
    );
    await eventually(async () => (await total(broker, `service-keys/${two.keyId}`)) === 40);
    expect(await total(broker, `service-keys/${one.keyId}`)).toBe(41);
    expect(await total(broker, 'service-keys/admin_key')).toBe(1);
    const outsideOfTheirHour = `SELECT count(*)::integer AS number FROM hand_out
      WHERE hour <> date_trunc('hour', last_at, 'UTC') OR last_at > now() OR last_at < now() - interval '10 minutes'`;
    expect(await inDatabase(database.url, outsideOfTheirHour)).toBe(0);
    const batches = await inDatabase(
      database.url,
      'SELECT sum(batch)::integer AS number FROM hand_out_writer',
    );
    expect(batches).toBeLessThanOrEqual(2 * ((performance.now() - from) / 5_000 + 1));
  });

  it('that were not written yet are written when a replica ends', async () => {
    const own = await createTestDatabase();
    const other = await startPlatform({ databaseUrl: own.url });
    await connectOrg(other.broker, other.sandbox, 'acme', '840003');
    const reads = await Promise.all(Array.from({ length: 20 }, () => other.broker.token('acme')));
    expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200]));
    await other.close();
    expect(await inDatabase(own.url, 'SELECT sum(count)::integer AS number FROM hand_out')).toBe(20);
    await own.drop();
  });

  it('older than 90 days are deleted by a replica that does upkeep', async () => {
    const own = await createTestDatabase();
    await inDatabase(
      own.url,
      `INSERT INTO hand_out SELECT 'key:abc', gen_random_uuid(), now() - age, 1, 'aa', now()
         FROM unnest(array_fill(interval '91 days', ARRAY[1500]) || interval '89 days') AS a (age)`,
    );
    const other = await startPlatform({ databaseUrl: own.url });
    const left = 'SELECT count(*)::integer AS number FROM hand_out';
    await eventually(async () => (await inDatabase(own.url, left)) === 1);
    await other.close();
    await own.drop();
  });

  it('are exact after an outage of the database, those of answers from memory too', async () => {
    const server = await startTestPostgres();
    const databaseUrl = await server.ensureDatabase('broker');
    await applyMigrations({ databaseUrl });
    const other = await startPlatform({
      databaseUrl,
      variables: { UPKEEP_ENABLED: 'false', SERVE_WITHOUT_DATABASE_SECONDS: '60' },
    });
    await connectOrg(other.broker, other.sandbox, 'acme', '840004');
    let handedOut = 0;
    let degraded = 0;
    const read = async (): Promise<Record<string, unknown>> => {
      const { status, json } = await other.broker.token('acme');
      if (status === 200) handedOut += 1;
      if (json['degraded'] === 'database_unavailable') degraded += 1;
      return json;
    };
    const connectionId = String((await read())['connectionId']);
    const ended = new AbortController();
    const reader = (async () => {
      while (!ended.signal.aborted) {
        await read();
        // Load, and not as much as the machine can bear.
        await wait(20);
      }
    })();
    await eventually(async () => (await total(other.broker, `connections/${connectionId}`)) > 0);
    await server.kill();
    await eventually(() => degraded > 20);
    await server.restart();
    await eventually(async () => (await read())['degraded'] === null);
    ended.abort();
    await reader;
    await eventually(async () => (await total(other.broker, `connections/${connectionId}`)) === handedOut);
    await other.close();
    await server.discard();
  });
});

async function makeKey(at: BrokerClient): Promise<{ keyId: string; key: string }> {
  const wanted = { name: 'reader', scopes: ['tokens:read'], tenants: ['*'] };
  const { json } = await at.call('POST', '/admin/api/service-keys', wanted);
  return { keyId: String(json['keyId']), key: String(json['key']) };
}

async function notModified(at: BrokerClient, tenantId: string, fingerprint: string): Promise<void> {
  const path = `/v1/tenants/${tenantId}/deskera-token`;
  const { status } = await at.call('GET', path, undefined, { 'if-none-match': `W/"${fingerprint}"` });
  expect(status).toBe(304);
}

/** All of them, by pages of two. */
async function handOuts(at: BrokerClient, of: string): Promise<HandOut[]> {
  const all: HandOut[] = [];
  let cursor = '';
  do {
    const { status, json } = await at.call('GET', `/admin/api/${of}/hand-outs?limit=2${cursor}`);
    if (status !== 200) return [];
    all.push(...(json['items'] as HandOut[]));
    cursor = typeof json['nextCursor'] === 'string' ? `&cursor=${json['nextCursor']}` : '';
  } while (cursor !== '');
  return all;
}

async function total(at: BrokerClient, of: string): Promise<number> {
  return (await handOuts(at, of)).reduce((sum, { count }) => sum + count, 0);
}

function counts(all: readonly HandOut[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { keyId, actor, count } of all) {
    const name = keyId ?? actor;
    counted[name] = (counted[name] ?? 0) + count;
  }
  return counted;
}

async function inDatabase(databaseUrl: string, sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ number: number }>(sql);
  await client.end();
  return rows[0]?.number ?? 0;
}
