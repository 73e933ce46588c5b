import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import type { BrokerClient } from './broker-client.js';
import { startPlatform, type Platform } from './platform.js';
import { statementsDuring } from './sql-count.js';

let platform: Platform;
let service: BrokerClient;

beforeAll(async () => {
  platform = await startPlatform({ variables: { UPKEEP_ENABLED: 'false' } });
  const { json } = await platform.broker.call('POST', '/admin/api/service-keys', {
    name: 'reader',
    scopes: ['tokens:read'],
    tenants: ['acme'],
  });
  service = platform.broker.withKey(String(json['key']));
  await platform.broker.connect('acme');
});

afterAll(async () => {
  await platform.close();
});

describe('a read', () => {
  it('that is cold is a single SELECT beside the check of the key, one that is hot no SQL at all', async () => {
    const cold = await statementsDuring(() => service.token('acme'));
    expect(cold.filter((name) => name.startsWith('connection_'))).toEqual(['connection_servable']);
    expect(cold.filter((name) => !name.startsWith('service_key'))).toHaveLength(1);
    const readTwentyTimes = async (): Promise<void> => {
      for (let read = 0; read < 20; read += 1) expect((await service.token('acme')).status).toBe(200);
    };
    // The poll that tells of the connect may still come, once, and make the replica forget.
    await eventually(async () => (await statementsDuring(readTwentyTimes)).length === 0);
    expect(await statementsDuring(readTwentyTimes)).toEqual([]);
  });

  it('finds its rows by an index', async () => {
    const client = new pg.Client({ connectionString: platform.databaseUrl });
    await client.connect();
    await client.query('SET enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM connection n JOIN credential c ON c.connection_id = n.connection_id
         JOIN connection_upkeep u ON u.connection_id = n.connection_id
        WHERE n.tenant_id = 'acme' AND n.status <> 'disconnected'`,
    );
    await client.end();
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('connection_of_tenant');
    expect(plan).not.toContain('Seq Scan');
  });

  it('is answered by 304 while the caller has the present token, with its times', async () => {
    const { headers, json } = await service.token('acme');
    const tag = String(headers.get('etag'));
    expect(tag).toBe(`W/"${String(json['fingerprint'])}"`);
    const same = await service.call('GET', '/v1/tenants/acme/deskera-token', undefined, {
      'if-none-match': tag,
    });
    expect(same.status).toBe(304);
    expect(same.headers.get('x-verified-at')).toBe(json['verifiedAt']);
    expect(same.headers.get('x-expires-at')).toBe(json['expiresAt']);
  });

  it('of another tenant is refused without telling whether it exists', async () => {
    const existing = await service.token('acme2');
    expect(existing).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  });

  it('with a key that was revoked is refused within a second', async () => {
    const { json } = await platform.broker.call('POST', '/admin/api/service-keys', {
      name: 'short-lived',
      scopes: ['tokens:read'],
      tenants: ['*'],
    });
    const revoked = platform.broker.withKey(String(json['key']));
    expect((await revoked.token('acme')).status).toBe(200);
    await platform.broker.call('DELETE', `/admin/api/service-keys/${String(json['keyId'])}`);
    expect(await revoked.token('acme')).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
  });
});
