import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera, FakeGate, passing } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { ConnectionReads, type ConnectionRecord } from '#store';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { DeskeraTokens, type DeskeraToken } from '../deskera-token.js';
import { Upkeep } from '../upkeep.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let gate: FakeGate;
let replica: TestReplica;
let tenantId: TenantId;

beforeEach(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  deskera = new FakeDeskera({ now: () => new Date() });
  gate = new FakeGate();
  replica = await openTestReplica({
    databaseUrl: database.url,
    deskera,
    gate,
    maxConcurrency: 2,
    tokens: { timeoutSeconds: 2 },
  });
  tenantId = randomTenant();
});

afterEach(async () => {
  await replica.close();
  await admin.end();
  await database.drop();
});

describe('a round of upkeep', () => {
  it('refreshes what is due, and checks the rest', async () => {
    const expired = await connected();
    const good = await connected();
    await admin.query(`UPDATE credential SET expires_at = now() WHERE connection_id = $1`, [expired]);
    await dueNow(expired, good);
    const validated = deskera.callsOf('validate').length;
    await sweep();
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    expect(deskera.callsOf('validate')).toHaveLength(validated + 1);
    for (const connectionId of [expired, good]) expect(isDue(await read(connectionId))).toBe(false);
  });

  it('ends, and gets to the others, where one connection can not be worked on', async () => {
    const broken = await connected();
    const good = await connected();
    await admin.query(`UPDATE credential SET sealed_token = 'x' WHERE connection_id = $1`, [broken]);
    await dueNow(broken, good);
    await sweep();
    expect(await read(broken)).toMatchObject({ status: 'connected', leased: false });
    for (const connectionId of [broken, good]) expect(isDue(await read(connectionId))).toBe(false);
  });

  it('ends where a refresh must not be sent again yet', async () => {
    const waits = await connected();
    await admin.query(
      `UPDATE connection_upkeep SET outcome_unknown = true, not_before = now() + interval '1 hour' WHERE connection_id = $1`,
      [waits],
    );
    await admin.query(`UPDATE credential SET bad_since = now() WHERE connection_id = $1`, [waits]);
    await dueNow(waits);
    await sweep();
    expect(deskera.callsOf('refresh')).toHaveLength(0);
    expect(isDue(await read(waits))).toBe(false);
  });

  it('leaves what Deskera can not be asked about as it is, due and unwritten', async () => {
    const away = await connected();
    await dueNow(away);
    const before = await read(away);
    gate.closed.add(before.apiUrl);
    await sweep();
    expect({ ...(await read(away)), readAt: null }).toEqual({ ...before, readAt: null });
    gate.closed.clear();
    await sweep();
    expect(isDue(await read(away))).toBe(false);
  });

  it('finds out whether Deskera is back by a check, and spends no refresh token for it', async () => {
    const [expired, other] = [await connected(), await connected()];
    await admin.query('UPDATE credential SET expires_at = now()');
    await dueNow(expired, other);
    gate.probed.add((await read(expired)).apiUrl);
    deskera.answerNext('validate', passing('timeout'), passing('timeout'));
    await sweep();
    expect(deskera.callsOf('refresh')).toEqual([]);
    gate.probed.clear();
    await dueNow(expired, other);
    await admin.query('UPDATE connection_upkeep SET not_before = NULL');
    await sweep();
    expect(deskera.callsOf('refresh')).toHaveLength(2);
  });

  it('goes on with all that was held back as soon as a probe has opened the gate', async () => {
    const first = await connected();
    const held = deskera.holdNext('validate');
    await dueNow(first);
    const round = sweep();
    await held.arrived;
    gate.closed.add((await read(first)).apiUrl);
    const second = await connected();
    await dueNow(second);
    gate.closed.clear();
    held.release();
    await round;
    await sweep();
    expect(isDue(await read(second))).toBe(false);
  });

  it('holds no lease of a connection that a caller asks about already', async () => {
    const connectionId = await connected(tenantId);
    const slots = [await connected(), await connected()].map(() => deskera.holdNext('validate'));
    const blocking = await admin.query<{ tenant_id: string }>(
      'SELECT tenant_id FROM connection WHERE tenant_id <> $1',
      [tenantId],
    );
    const others = blocking.rows.map(({ tenant_id: other }) => get(other as TenantId, 0));
    await Promise.all(slots.map((slot) => slot.arrived));
    const caller = get(tenantId, 0);
    // One slot for the round to claim with; the caller's call waits for the other.
    await dueNow(connectionId);
    slots[0]?.release();
    const round = sweep();
    slots[1]?.release();
    expect(await caller).toMatchObject({ degraded: null });
    await Promise.all([round, ...others]);
    expect(await read(connectionId)).toMatchObject({ leased: false });
  });

  it('does not claim over and over what a caller asks about already, whose lease has lapsed', async () => {
    const connectionId = await connected(tenantId);
    const call = deskera.holdNext('validate');
    const caller = get(tenantId, 0);
    await call.arrived;
    await admin.query('UPDATE connection_upkeep SET lease_until = now() WHERE connection_id = $1', [
      connectionId,
    ]);
    await dueNow(connectionId);
    const round = sweep();
    const late = AbortSignal.timeout(3_000);
    while (isDue(await read(connectionId))) late.throwIfAborted();
    call.release();
    expect(await caller).toMatchObject({ degraded: null });
    await round;
  });
});

async function sweep(): Promise<void> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(reject, 8_000, new Error('the round goes on and on')).unref();
  });
  await Promise.race([replica.get(Upkeep).sweep(), late]);
}

async function connected(tenant = randomTenant()): Promise<string> {
  const org = { id: tenant, name: 'Some Org', email: 'person@example.com' };
  return (await connectTenant(replica, deskera, { tenantId: tenant, org })).connectionId;
}

async function dueNow(...connectionIds: string[]): Promise<void> {
  await admin.query('UPDATE connection_upkeep SET next_due_at = now() WHERE connection_id = ANY ($1)', [
    connectionIds,
  ]);
}

async function read(connectionId: string): Promise<ConnectionRecord> {
  const record = await replica.get(ConnectionReads).find(connectionId);
  if (record === null) throw new Error('the connection is missing');
  return record;
}

function isDue({ nextDueAt, readAt }: ConnectionRecord): boolean {
  return nextDueAt !== null && nextDueAt <= readAt;
}

function get(tenant: TenantId, maxVerifiedAgeSeconds: number): Promise<DeskeraToken> {
  return replica
    .get(DeskeraTokens)
    .get({ tenantId: tenant, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds });
}
