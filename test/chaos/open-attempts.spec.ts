import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { AttemptStage, type Refreshing } from './attempt-stage.js';
import { times } from './settings.js';

let stage: AttemptStage;

/**
 * How late Deskera answers: a test has that long to do its part, on a slow machine too. Beyond the lease an answer is late
 * in other ways than most are about; beyond the longest call nobody reads it.
 */
const withinLease = { delayMilliseconds: times.leaseSeconds * 1_000 - 500 };
const beyondLease = { delayMilliseconds: times.longestCallSeconds * 1_000 - 1_500 };

beforeAll(async () => {
  stage = await AttemptStage.open();
});

afterAll(() => stage.close());

describe('a refresh that Deskera is still working on', () => {
  it('is not repeated while its process stands still past its lease, and its answer is saved when that goes on', async () => {
    const refreshing = await stage.refreshing(beyondLease);
    refreshing.holder.pause();
    await stage.leaseHasEnded(refreshing);
    expect((await stage.readElsewhere(refreshing))?.status).toBe(503);
    refreshing.holder.resume();
    await servedAfterOneSending(refreshing);
  });

  it('is not repeated where its process loses its session, and its lock, for a moment', async () => {
    const refreshing = await stage.refreshing(withinLease);
    await endSessions();
    expect((await stage.readElsewhere(refreshing))?.status).toBe(503);
    await servedAfterOneSending(refreshing);
  });

  it('is not repeated where the database server dies and comes back', async () => {
    const refreshing = await stage.refreshing(withinLease);
    await stage.scene.databases.kill();
    await stage.scene.databases.restart();
    await servedAfterOneSending(refreshing);
  });

  it('is read for longer than its caller waits, and a late answer is saved', async () => {
    const refreshing = await stage.refreshing(beyondLease);
    expect((await refreshing.caller)?.status).toBe(503);
    await servedAfterOneSending(refreshing);
  });

  it('is waited for by a SIGTERM: the process ends with its answer saved', async () => {
    const refreshing = await stage.refreshing(withinLease);
    expect(await refreshing.holder.stop()).toBe(true);
    expect((await stage.readElsewhere(refreshing))?.status).toBe(200);
    expect(await stage.sendings(refreshing)).toHaveLength(1);
    refreshing.holder.start();
    await refreshing.holder.ready();
  });

  it('goes to the spool where a SIGTERM comes while the database is cut off, and others bring it home', async () => {
    const refreshing = await stage.refreshing(withinLease);
    const { log } = refreshing.holder;
    const before = log.spooledCount;
    refreshing.link.cut('reset');
    expect(await refreshing.holder.stop()).toBe(true);
    await eventually(() => Promise.resolve(log.spooledCount > before));
    await servedAfterOneSending(refreshing);
    expect(
      await readdir(join(stage.scene.dataFolders[0] ?? '', 'spool'), { recursive: true }),
    ).not.toContainEqual(expect.stringContaining('.json'));
    refreshing.link.mend();
    refreshing.holder.start();
    await refreshing.holder.ready();
  });

  it('is taken over when its process was killed, and a refusal after that is told as a lost outcome', async () => {
    const refreshing = await stage.refreshing(beyondLease);
    await refreshing.holder.kill();
    refreshing.holder.start();
    await eventually(async () => (await stage.readElsewhere(refreshing))?.status === 409);
    const told = await stage.readElsewhere(refreshing);
    expect(told?.json).toMatchObject({ code: 'reconnect_required', reason: 'refresh_outcome_lost' });
    expect(await stage.sendings(refreshing)).toHaveLength(2);
    await refreshing.holder.ready();
  });
});

/** Every replica serves the new token, and Deskera saw the old refresh token once. */
async function servedAfterOneSending(refreshing: Refreshing): Promise<void> {
  await eventually(async () => (await stage.readElsewhere(refreshing))?.status === 200);
  expect(await stage.sendings(refreshing)).toHaveLength(1);
}

/** Of all replicas: the connections on which they hold their locks and listen. */
async function endSessions(): Promise<void> {
  const client = new pg.Client({ connectionString: stage.scene.databases.url });
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
  );
  await client.end();
  expect(rowCount).toBeGreaterThan(0);
}
