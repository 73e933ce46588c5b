import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { startPlatform, type Platform } from './platform.js';

let platform: Platform;
let admin: pg.Client;

beforeAll(async () => {
  platform = await startPlatform({ replicas: 2 });
  admin = new pg.Client({ connectionString: platform.databaseUrl });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await platform.close();
});

describe.each(['v1', 'v2'])('a tenant that connects by %s', (apiVersion) => {
  const tenantId = `tenant-${apiVersion}`;

  it('gets a token that Deskera accepts, on every replica', async () => {
    const { landed, sessionId } = await platform.broker.connect(tenantId, { body: { apiVersion } });
    expect(landed.status).toBe(200);
    expect((await platform.broker.session(tenantId, sessionId)).json).toMatchObject({ status: 'connected' });
    for (const broker of platform.brokers) {
      const { status, json, headers } = await broker.token(tenantId);
      expect(status).toBe(200);
      expect(json).toMatchObject({
        tenantId,
        apiVersion,
        apiUrl: platform.sandbox.url,
        degraded: null,
        attention: null,
      });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(await platform.sandbox.useToken(String(json['deskeraToken']))).toBe(200);
    }
  });

  it('gets one refresh for forty callers at once on two replicas', async () => {
    const before = await platform.sandbox.counters();
    await expireStored(tenantId);
    const answers = await Promise.all(
      platform.brokers.flatMap((broker) => Array.from({ length: 20 }, () => broker.token(tenantId))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    const after = await platform.sandbox.counters();
    expect(after.refreshesSucceeded - before.refreshesSucceeded).toBe(1);
    expect(after.spentRefreshTokensPresented).toBe(0);
  });
});

describe('two replicas', () => {
  it('refresh a hundred connections that are due at once a hundred times, none with a spent refresh token', async () => {
    const tenants = Array.from({ length: 100 }, (_, index) => `fleet-${String(index)}`);
    for (const tenantId of tenants) await platform.broker.connect(tenantId);
    const before = await platform.sandbox.counters();
    await admin.query(`UPDATE credential SET expires_at = now() - interval '1 second'
       WHERE connection_id IN (SELECT connection_id FROM connection WHERE tenant_id LIKE 'fleet-%')`);
    await admin.query(`UPDATE connection_upkeep SET next_due_at = now()
       WHERE connection_id IN (SELECT connection_id FROM connection WHERE tenant_id LIKE 'fleet-%')`);
    await eventually(async () => {
      const { rows } = await admin.query<{ refreshed: string }>(
        `SELECT count(*) AS refreshed FROM connection JOIN credential USING (connection_id)
          WHERE tenant_id LIKE 'fleet-%' AND grant_attempt > 0`,
      );
      return rows[0]?.refreshed === '100';
    });
    const after = await platform.sandbox.counters();
    expect(after.refreshesSucceeded - before.refreshesSucceeded).toBe(100);
    expect(after.spentRefreshTokensPresented).toBe(0);
    expect(after.familiesRevoked).toBe(0);
  });
});

async function expireStored(tenantId: string): Promise<void> {
  await admin.query(
    `WITH expired AS (
       UPDATE credential SET expires_at = now() - interval '1 second'
        WHERE connection_id IN (SELECT connection_id FROM connection WHERE tenant_id = $1)
     )
     INSERT INTO change (subject) VALUES ('tenant:' || $1)`,
    [tenantId],
  );
  // What a replica remembers is used for at most this long after a change.
  await eventually(async () => {
    const { rows } = await admin.query(
      `SELECT FROM change WHERE subject = 'tenant:' || $1 AND at < now() - interval '1 second'`,
      [tenantId],
    );
    return rows.length > 0;
  });
}
