import { beforeEach, describe, expect, it } from '@jest/globals';
import { refused } from '#deskera/testing';
import { eventually } from '#kernel/testing';
import { ConnectionLeases } from '#connections';
import { DatabaseTime } from '#database';
import { hasWatchedTheClock } from '#database/testing';
import { breakCall, type TestReplica } from '#tokens/testing';
import { Connections } from '../../connections.js';
import { type DeskeraToken } from '../../deskera-token.js';
import { Upkeep } from '../../upkeep.js';
import { tokensBench } from '../../testing/tokens-bench.js';

const bench = tokensBench();
let slow: TestReplica;
let other: TestReplica;
let connectionId: string;

beforeEach(async () => {
  const options = { tokens: { timeoutSeconds: 2 } };
  [slow, other] = await Promise.all([bench.open(options), bench.open(options)]);
  ({ connectionId } = await bench.connect(slow));
});

// One replica's answer is on its way for so long that the other had to take the attempt over, and was refused.
describe('a grant that comes after its connection was given up', () => {
  it('revives it, and it is asked about at once', async () => {
    const held = await givenUpMeanwhile();
    const checks = bench.deskera.callsOf('validate').length;
    held.release();
    await eventually(async () => (await status()) === 'connected');
    await slow.get(Upkeep).sweep();
    expect(bench.deskera.callsOf('validate')).toHaveLength(checks + 1);
    expect(await get(other)).toMatchObject({ degraded: null });
    expect((await kinds()).slice(0, 2)).toEqual(['recovered', 'reconnect_required']);
  });

  it('is too late after a week: the credentials are erased, and nothing comes back', async () => {
    const held = await givenUpMeanwhile();
    await bench.admin.query(
      `UPDATE connection SET status_since = now() - interval '8 days' WHERE connection_id = $1`,
      [connectionId],
    );
    await alter("next_due_at = now() - interval '1 second', lease_until = now()", 'connection_upkeep');
    await other.get(Upkeep).sweep();
    expect((await kinds())[0]).toBe('credentials_erased');
    held.release();
  });

  it('is dropped where somebody has connected again', async () => {
    const held = await givenUpMeanwhile();
    await bench.connect(other);
    const { fingerprint } = await get(other);
    held.release();
    await eventually(async () => (await kinds())[0] === 'late_grant_dropped');
    expect((await get(other)).fingerprint).toBe(fingerprint);
  });
});

/** The slow replica's refresh is done at Deskera and not answered; the other's was refused, and the token is bad. */
async function givenUpMeanwhile() {
  breakCall(slow.get(ConnectionLeases), 'renew');
  bench.deskera.grants.expire('11242');
  const held = bench.deskera.holdNext('refresh');
  bench.deskera.answerNext('refresh', (_call, honest) => honest(), refused());
  const caller = get(slow, 0).catch(() => undefined);
  await held.arrived;
  await caller;
  hasWatchedTheClock(other.get(DatabaseTime));
  await alter("attempt_until = now() - interval '1 hour', lease_until = now()", 'connection_upkeep');
  await expect(get(other)).rejects.toMatchObject({ code: 'reconnect_required' });
  return held;
}

function alter(assignment: string, table?: 'connection_upkeep'): Promise<void> {
  return bench.alter(assignment, table);
}

async function status(): Promise<string> {
  return (await other.get(Connections).find(connectionId)).status;
}

/** Of its events, newest first. */
async function kinds(): Promise<readonly string[]> {
  return (await other.get(Connections).events(connectionId, null)).items.map(({ kind }) => kind);
}

function get(replica: TestReplica, maxVerifiedAgeSeconds: number | null = null): Promise<DeskeraToken> {
  return bench.read(replica, { maxVerifiedAgeSeconds });
}
