import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TestReplica } from '#tokens/testing';
import { tokensBench } from '../../testing/tokens-bench.js';

const options = { timeoutSeconds: 5 } as const;

const bench = tokensBench();
let replica: TestReplica;

beforeEach(async () => {
  await commitsLost('1 hour');
  replica = await open();
  const { connectionId } = await bench.connect(replica);
  await bench.admin.query(
    `UPDATE credential SET expires_at = now() - interval '1 second' WHERE connection_id = $1`,
    [connectionId],
  );
});

function open(): Promise<TestReplica> {
  return bench.open({ tokens: options });
}

/** As the first replica that sees the new server records it. */
async function commitsLost(ago: string): Promise<void> {
  await bench.admin.query(
    'UPDATE database_origin SET written_by = pg_current_xact_id(), restored_at = now() - $1::interval',
    [ago],
  );
}

describe('a refresh after a failover, whose lost attempts no row shows', () => {
  it('waits for the calls that may be under way, also in a process that has just started', async () => {
    await commitsLost('5 seconds');
    const started = await open();
    await expect(bench.read(started)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(0);
  });

  it('waits in a replica that has not noticed the failover', async () => {
    await commitsLost('0 seconds');
    await expect(bench.read(replica)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(0);
  });

  it('is sent once they have ended', async () => {
    await commitsLost('1 minute');
    const started = await open();
    expect(await bench.read(started)).toMatchObject({ degraded: null });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });
});
