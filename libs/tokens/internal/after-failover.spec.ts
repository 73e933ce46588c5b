import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { DeskeraTokens } from '../deskera-token.js';

const options = { timeoutSeconds: 5 } as const;

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let replica: TestReplica;
let tenantId: TenantId;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

beforeEach(async () => {
  await commitsLost('1 hour');
  deskera = new FakeDeskera({ now: () => new Date() });
  replica = await open();
  tenantId = randomTenant();
  const { connectionId } = await connectTenant(replica, deskera, { tenantId });
  await admin.query(
    `UPDATE credential SET expires_at = now() - interval '1 second' WHERE connection_id = $1`,
    [connectionId],
  );
});

afterEach(() => replica.close());

function open(): Promise<TestReplica> {
  return openTestReplica({ databaseUrl: database.url, deskera, tokens: options });
}

/** As the first replica that sees the new server records it. */
async function commitsLost(ago: string): Promise<void> {
  await admin.query(
    'UPDATE database_origin SET written_by = pg_current_xact_id(), restored_at = now() - $1::interval',
    [ago],
  );
}

function get(from: TestReplica) {
  const request = { tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null };
  return from.get(DeskeraTokens).get(request);
}

describe('a refresh after a failover, whose lost attempts no row shows', () => {
  it('waits for the calls that may be under way, also in a process that has just started', async () => {
    await commitsLost('5 seconds');
    const started = await open();
    await expect(get(started)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(deskera.callsOf('refresh')).toHaveLength(0);
    await started.close();
  });

  it('waits in a replica that has not noticed the failover', async () => {
    await commitsLost('0 seconds');
    await expect(get(replica)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(deskera.callsOf('refresh')).toHaveLength(0);
  });

  it('is sent once they have ended', async () => {
    await commitsLost('1 minute');
    const started = await open();
    expect(await get(started)).toMatchObject({ degraded: null });
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    await started.close();
  });
});
