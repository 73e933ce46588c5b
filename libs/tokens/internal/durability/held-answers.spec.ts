import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { ConnectionSaves } from '#connections';
import { DatabaseTime, ReplicaSession } from '#database';
import { GrantSpool } from '#spool';
import { hasWatchedTheClock } from '#database/testing';
import { breakCall, refusals, type TestReplica } from '#tokens/testing';
import { type DeskeraToken } from '../../deskera-token.js';
import { tokensBench } from '../../testing/tokens-bench.js';

const bench = tokensBench();
let folder: string;
let owner: TestReplica;
let other: TestReplica;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-broker-held-'));
  [owner, other] = [await open(folder), await open()];
  hasWatchedTheClock(other.get(DatabaseTime));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('an attempt of a replica to which the database does not write', () => {
  it('is taken over by no other while its answer waits in a spool of its own, for however long', async () => {
    const mend = await answeredInVain();
    await eventually(isHeld);
    await lookEnded();
    await expect(get(other)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    mend();
    await eventually(isServedByTheOther);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    await eventually(async () => !(await isHeld()));
  });

  it('is taken over by no other while its answer is in memory alone', async () => {
    await eventually(async () => (await stat(folder)).isDirectory());
    await rm(join(folder, 'spool'), { recursive: true, force: true });
    await writeFile(join(folder, 'spool'), 'no folder');
    const unspooled = refusals(owner.get(GrantSpool), 'put');
    const mend = await answeredInVain();
    await eventually(() => unspooled.length > 0);
    await eventually(isHeld);
    await lookEnded();
    await expect(get(other)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    mend();
    await eventually(isServedByTheOther);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('is taken over by no other while a successor has its answer on disk, and can not write either', async () => {
    await answeredInVain();
    await bench.close(owner);
    const successor = await open(folder);
    const mend = breakCall(successor.get(ConnectionSaves), 'saveRefresh');
    await eventually(isHeld);
    await lookEnded();
    await expect(get(other)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    mend();
    await eventually(isServedByTheOther);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('is taken over once the owner and its answer are gone', async () => {
    await answeredInVain();
    await bench.close(owner);
    await rm(join(folder, 'spool'), { recursive: true, force: true });
    await eventually(async () => !(await isHeld()));
    await lookEnded();
    await get(other).catch(() => undefined);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(2);
  });
});

/** The owner's refresh is answered, and its save refused. @returns makes the database write for it again */
async function answeredInVain(): Promise<() => void> {
  await bench.connect(owner);
  await eventually(() => owner.get(ReplicaSession).heldLock() !== null);
  const mend = breakCall(owner.get(ConnectionSaves), 'saveRefresh');
  await bench.alter('expires_at = now()');
  await get(owner).catch(() => undefined);
  expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  return mend;
}

function isServedByTheOther(): Promise<boolean> {
  return get(other).then(
    ({ degraded }) => degraded === null,
    () => false,
  );
}

/** Lease, attempt and the time of a take-over are over. */
function lookEnded(): Promise<void> {
  const ended = `lease_until = now() - interval '2 hours', attempt_until = now() - interval '2 hours', not_before = NULL`;
  return bench.alter(ended, 'connection_upkeep');
}

/** Whether any session tells of an answer in hand. */
async function isHeld(): Promise<boolean> {
  const { rows } = await bench.admin.query<{ held: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS held`,
  );
  return rows[0]?.held === true;
}

function open(dataFolder?: string): Promise<TestReplica> {
  const tokens = { timeoutSeconds: 2 };
  return bench.open({ tokens, ...(dataFolder === undefined ? {} : { dataFolder }) });
}

function get(from: TestReplica): Promise<DeskeraToken> {
  return bench.read(from);
}
