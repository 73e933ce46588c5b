import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { passing } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import type { ConnectionRecord } from '#connections';
import { randomTenant, UpkeepBench } from '#tokens/testing';
import { DeskeraTokens, type DeskeraToken } from '../../deskera-token.js';
import { Upkeep } from '../../upkeep.js';

let bench: UpkeepBench;
let tenantId: TenantId;

beforeEach(async () => {
  bench = await UpkeepBench.open(2);
  tenantId = randomTenant();
});

afterEach(() => bench.close());

describe('a round of upkeep', () => {
  it('refreshes what is due, and checks the rest', async () => {
    const expired = await bench.connected();
    const good = await bench.connected();
    await bench.admin.query(`UPDATE credential SET expires_at = now() WHERE connection_id = $1`, [expired]);
    await bench.dueNow(expired, good);
    const validated = bench.deskera.callsOf('validate').length;
    await bench.sweep();
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    expect(bench.deskera.callsOf('validate')).toHaveLength(validated + 1);
    for (const connectionId of [expired, good]) expect(isDue(await bench.read(connectionId))).toBe(false);
  });

  it('ends, and gets to the others, where one connection can not be worked on', async () => {
    const broken = await bench.connected();
    const good = await bench.connected();
    await bench.admin.query(`UPDATE credential SET sealed_token = 'x' WHERE connection_id = $1`, [broken]);
    await bench.dueNow(broken, good);
    await bench.sweep();
    expect(await bench.read(broken)).toMatchObject({ status: 'connected', leased: false });
    for (const connectionId of [broken, good]) expect(isDue(await bench.read(connectionId))).toBe(false);
  });

  it('tells the lag of what it can not work on, too', async () => {
    const held = await bench.connected();
    await bench.dueSince(90, held);
    await bench.admin.query(
      `UPDATE connection_upkeep SET lease_id = gen_random_uuid(), lease_until = now() + interval '1 minute'
        WHERE connection_id = $1`,
      [held],
    );
    await bench.sweep();
    const { facts } = bench.replica.get(Upkeep).health();
    expect(Number(facts['lagSeconds'])).toBeGreaterThanOrEqual(90);
  });

  it('ends where a refresh must not be sent again yet', async () => {
    const waits = await bench.connected();
    await bench.admin.query(
      `UPDATE connection_upkeep SET outcome_unknown = true, not_before = now() + interval '1 hour' WHERE connection_id = $1`,
      [waits],
    );
    await bench.admin.query(`UPDATE credential SET bad_since = now() WHERE connection_id = $1`, [waits]);
    await bench.dueNow(waits);
    await bench.sweep();
    expect(bench.deskera.callsOf('refresh')).toHaveLength(0);
    expect(isDue(await bench.read(waits))).toBe(false);
  });

  it('leaves what Deskera can not be asked about as it is, due and unwritten', async () => {
    const away = await bench.connected();
    await bench.dueNow(away);
    const before = await bench.read(away);
    bench.gate.closed.add(before.apiUrl);
    await bench.sweep();
    expect({ ...(await bench.read(away)), readAt: null }).toEqual({ ...before, readAt: null });
    bench.gate.closed.clear();
    await bench.sweep();
    expect(isDue(await bench.read(away))).toBe(false);
  });

  it('finds out whether Deskera is back by a check, and spends no refresh token for it', async () => {
    const { deskera, admin, gate } = bench;
    const [expired, other] = [await bench.connected(), await bench.connected()];
    await admin.query('UPDATE credential SET expires_at = now()');
    await bench.dueNow(expired, other);
    gate.probed.add((await bench.read(expired)).apiUrl);
    deskera.answerNext('validate', passing('timeout'), passing('timeout'));
    await bench.sweep();
    expect(deskera.callsOf('refresh')).toEqual([]);
    gate.probed.clear();
    await bench.dueNow(expired, other);
    await admin.query('UPDATE connection_upkeep SET not_before = NULL');
    await bench.sweep();
    expect(deskera.callsOf('refresh')).toHaveLength(2);
  });

  it('goes on with all that was held back as soon as a probe has opened the gate', async () => {
    const first = await bench.connected();
    const held = bench.deskera.holdNext('validate');
    await bench.dueNow(first);
    const round = bench.sweep();
    await held.arrived;
    bench.gate.closed.add((await bench.read(first)).apiUrl);
    const second = await bench.connected();
    await bench.dueNow(second);
    bench.gate.closed.clear();
    held.release();
    await round;
    await bench.sweep();
    expect(isDue(await bench.read(second))).toBe(false);
  });

  it('asks about the next while what the last call brought is on its way to the database', async () => {
    const [first, second] = [await bench.connected(), await bench.connected()];
    const asked = [bench.deskera.holdNext('validate'), bench.deskera.holdNext('validate')] as const;
    await bench.dueNow(first);
    const round = bench.sweep();
    await asked[0].arrived;
    await bench.dueNow(second);
    await bench.admin.query('BEGIN');
    await bench.admin.query('SELECT FROM connection_upkeep WHERE connection_id = $1 FOR UPDATE', [first]);
    asked[0].release();
    await asked[1].arrived;
    await bench.admin.query('COMMIT');
    asked[1].release();
    await round;
    for (const connectionId of [first, second]) expect(isDue(await bench.read(connectionId))).toBe(false);
  });

  it('holds no lease of a connection that a caller asks about already', async () => {
    const connectionId = await bench.connected(tenantId);
    const slots = [await bench.connected(), await bench.connected()].map(() =>
      bench.deskera.holdNext('validate'),
    );
    const blocking = await bench.admin.query<{ tenant_id: string }>(
      'SELECT tenant_id FROM connection WHERE tenant_id <> $1',
      [tenantId],
    );
    const others = blocking.rows.map(({ tenant_id: other }) => get(other as TenantId, 0));
    await Promise.all(slots.map((slot) => slot.arrived));
    const caller = get(tenantId, 0);
    // One slot for the round to claim with; the caller's call waits for the other.
    await bench.dueNow(connectionId);
    slots[0]?.release();
    const round = bench.sweep();
    slots[1]?.release();
    expect(await caller).toMatchObject({ degraded: null });
    await Promise.all([round, ...others]);
    expect(await bench.read(connectionId)).toMatchObject({ leased: false });
  });

  it('does not claim over and over what a caller asks about already, whose lease has lapsed', async () => {
    const connectionId = await bench.connected(tenantId);
    const call = bench.deskera.holdNext('validate');
    const caller = get(tenantId, 0);
    await call.arrived;
    await bench.admin.query('UPDATE connection_upkeep SET lease_until = now() WHERE connection_id = $1', [
      connectionId,
    ]);
    await bench.dueNow(connectionId);
    const round = bench.sweep();
    await eventually(async () => !isDue(await bench.read(connectionId)));
    call.release();
    expect(await caller).toMatchObject({ degraded: null });
    await round;
  });
});

function isDue({ nextDueAt, readAt }: ConnectionRecord): boolean {
  return nextDueAt !== null && nextDueAt <= readAt;
}

function get(tenant: TenantId, maxVerifiedAgeSeconds: number): Promise<DeskeraToken> {
  return bench.replica
    .get(DeskeraTokens)
    .get({ tenantId: tenant, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds });
}
