import { beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, RecordedLogs } from '#kernel/testing';
import { ConnectionReads, type ConnectionRecord } from '#connections';
import type { TestReplica } from '#tokens/testing';
import { tokensBench } from '../../testing/tokens-bench.js';
import { Refresher } from './refresher.js';

const bench = tokensBench();
let replica: TestReplica;
let connectionId: string;

beforeEach(async () => {
  replica = await bench.open();
});

async function seen(): Promise<ConnectionRecord> {
  const record = await replica.get(ConnectionReads).find(connectionId);
  if (record === null) throw new Error('the connection is missing');
  return record;
}

async function refresh() {
  return replica.get(Refresher).refresh({ seen: await seen(), wantedTtlSeconds: null, held: null });
}

describe('a refresh', () => {
  it('is not sent a second time by the same process, even where its lease has lapsed', async () => {
    ({ connectionId } = await bench.connect(replica));
    const { promise, resolve } = Promise.withResolvers<undefined>();
    bench.deskera.answerNext('refresh', async () => {
      await promise;
      return { kind: 'granted', definite: true, grant: bench.deskera.issueGrant() };
    });
    const first = refresh();
    await eventually(() => bench.deskera.callsOf('refresh').length === 1);
    await bench.admin.query(
      `UPDATE connection_upkeep SET lease_until = now() - interval '1 second' WHERE connection_id = $1`,
      [connectionId],
    );
    expect(await refresh()).toEqual({ kind: 'lost' });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    resolve(undefined);
    await first;
  });

  it('whose new refresh token cannot be read keeps the token, and says so', async () => {
    ({ connectionId } = await bench.connect(replica));
    const grant = { ...bench.deskera.issueGrant(), refreshTokenUnread: true } as const;
    bench.deskera.answerNext('refresh', { kind: 'granted', definite: true, grant });
    await refresh();
    expect(await seen()).toMatchObject({
      fingerprint: grant.token.fingerprint(),
      lastError: 'the new refresh token could not be read',
    });
  });

  it('writes neither of the refresh tokens to the log, nor the tokens', async () => {
    const grant = bench.deskera.issueGrant({ id: '70001', name: 'Some Org', email: 'person@example.com' });
    ({ connectionId } = await bench.connect(replica, { grant }));
    const brought = bench.deskera.issueGrant({ id: '70001', name: 'Some Org', email: 'person@example.com' });
    bench.deskera.answerNext('refresh', { kind: 'granted', definite: true, grant: brought });
    const logs = RecordedLogs.start();
    expect(await refresh()).toEqual({ kind: 'done' });
    logs.stop();
    const said = JSON.stringify(logs.lines);
    for (const secret of [grant.refreshToken, grant.token, brought.refreshToken, brought.token])
      expect(said).not.toContain(secret.reveal());
  });
});
