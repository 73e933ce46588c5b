import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, RecordedLogs } from '#kernel/testing';
import { ChangeFeed } from '#database';
import {
  ConnectionAdoptions,
  ConnectionLeases,
  ConnectionSaves,
  ConnectSessionStore,
  type StateFailure,
} from '#connections';
import { GrantSpool } from '#spool';
import { adoptGrant, breakCall, noteCalls, refusals, type TestReplica } from '#tokens/testing';
import { type DeskeraToken } from '../../deskera-token.js';
import { Upkeep } from '../../upkeep.js';
import { tokensBench } from '../../testing/tokens-bench.js';
import { SpoolReplay } from './spool-replay.js';

const bench = tokensBench();
let dataFolder: string;
let replica: TestReplica;
let logs: RecordedLogs;

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-spool-'));
  replica = await open();
  logs = RecordedLogs.start();
});

afterEach(async () => {
  await rm(dataFolder, { recursive: true, force: true });
  logs.stop();
});

describe('a refreshed grant that the database does not take', () => {
  it('waits in the spool, its refresh token is not sent again, and it is served once it is stored', async () => {
    await connected();
    const mend = await refreshedIntoSpool();
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(await spooled()).toHaveLength(1);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    mend();
    expect(await get()).toMatchObject({ degraded: null });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    expect(await spooled()).toEqual([]);
  });

  it('is stored by another process that shares the folder, before it looks for what is due', async () => {
    await connected();
    const other = await open();
    // A replay of its own, as soon as it has a database, must not be taken for the sweep's.
    await eventually(() => other.get(ChangeFeed).isFresh());
    await other.get(SpoolReplay).replay();
    await refreshedIntoSpool();
    await bench.close(replica);
    const steps: string[] = [];
    noteCalls(other.get(GrantSpool), 'replay', steps);
    noteCalls(other.get(ConnectionSaves), 'saveRefresh', steps);
    noteCalls(other.get(ConnectionLeases), 'claimDue', steps);
    await other.get(Upkeep).sweep();
    expect(steps).toEqual(['replay', 'saveRefresh', 'claimDue']);
    expect(await get(other)).toMatchObject({ degraded: null });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('loses against a connect that came meanwhile', async () => {
    await connected();
    const mend = await refreshedIntoSpool();
    mend();
    await bench.connect(replica);
    const before = await get();
    await replica.get(Upkeep).sweep();
    expect((await get()).fingerprint).toBe(before.fingerprint);
    expect(await spooled()).toEqual([]);
  });

  it('is not lost to a defect of the save either, and an error line says so', async () => {
    await connected();
    await refreshedIntoSpool(new Error('a constraint that nobody thought of'));
    expect(await spooled()).toHaveLength(1);
    expect(logs.of('error').join()).toContain('a constraint that nobody thought of');
  });

  it('stays in memory where the disk takes nothing either, and is stored when the database does', async () => {
    await connected();
    await eventually(() => replica.get(ChangeFeed).isFresh());
    await replica.get(SpoolReplay).replay();
    await replaceFolder();
    const mend = breakCall(replica.get(ConnectionSaves), 'saveRefresh');
    const unsaved = refusals(replica.get(ConnectionSaves), 'saveRefresh');
    const unspooled = refusals(replica.get(GrantSpool), 'put');
    await expire();
    expect(replica.get(GrantSpool).health()).toMatchObject({ status: 'ok' });
    const caller = get();
    await Promise.all([
      expect(caller).rejects.toMatchObject({ code: 'deskera_unavailable' }),
      eventually(() => unsaved.length > 1 && unspooled.length > 1),
    ]);
    expect(unspooled[0]).toMatchObject({ internal: 'spool: EEXIST' });
    expect(replica.get(GrantSpool).health()).toMatchObject({ part: 'spool', status: 'down' });
    mend();
    expect(await get()).toMatchObject({ degraded: null });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });
});

describe('an attempt that is open', () => {
  it('is taken over by nobody who can not look into the spool', async () => {
    await connected();
    await replaceFolder();
    bench.deskera.loseNext('refresh');
    await expire();
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    await endPause();
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
    await rm(join(dataFolder, 'spool'));
    await endPause();
    await get().catch(() => undefined);
    expect(bench.deskera.callsOf('refresh')).toHaveLength(2);
  });
});

describe('the grant of a connect that the database does not take', () => {
  it('counts as stored once it is in the spool, and is served when the database is back', async () => {
    const mend = breakCall(replica.get(ConnectionAdoptions), 'adopt');
    expect(await adoptGrant(replica, bench.deskera, { tenantId: bench.tenantId })).toEqual({
      connectionId: null,
      active: true,
    });
    mend();
    await replica.get(Upkeep).sweep();
    expect(await get()).toMatchObject({ degraded: null });
  });

  it('that awaits its activation is not called active', async () => {
    breakCall(replica.get(ConnectionAdoptions), 'adopt');
    expect(
      await adoptGrant(replica, bench.deskera, { tenantId: bench.tenantId, activation: 'confirm' }),
    ).toMatchObject({
      active: false,
    });
  });

  it('and whose token is refused is stored all the same, and refreshed under its own lease', async () => {
    const [mendAdopt, mendOwner] = [
      breakCall(replica.get(ConnectionAdoptions), 'adopt'),
      breakCall(replica.get(ConnectionAdoptions), 'ownerOf'),
    ];
    const grant = bench.deskera.issueGrant();
    bench.deskera.grants.expire('11242');
    await adoptGrant(replica, bench.deskera, { tenantId: bench.tenantId, grant });
    expect(bench.deskera.callsOf('refresh')).toEqual([]);
    mendAdopt();
    mendOwner();
    await replica.get(Upkeep).sweep();
    expect(await get()).toMatchObject({ degraded: null });
    expect(bench.deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('loses against a newer connect, and its session learns of that', async () => {
    const elsewhere = await bench.open();
    const mend = breakCall(replica.get(ConnectionAdoptions), 'adopt');
    const told: StateFailure[] = [];
    replica.get(ConnectSessionStore).recordFailure = (failure) => {
      told.push(failure);
      return Promise.resolve(true);
    };
    const stateSha256 = randomBytes(32);
    await adoptGrant(replica, bench.deskera, { tenantId: bench.tenantId, stateSha256 });
    await bench.connect(elsewhere);
    mend();
    await replica.get(Upkeep).sweep();
    expect(told.map((failure) => [failure.stateSha256.equals(stateSha256), failure.failureCode])).toEqual([
      [true, 'connect_superseded'],
    ]);
    expect(await spooled()).toEqual([]);
  });
});

function open(): Promise<TestReplica> {
  return bench.open({ dataFolder, tokens: { timeoutSeconds: 2 } });
}

async function connected(): Promise<string> {
  return (await bench.connect(replica)).connectionId;
}

/** @returns makes the database take grants again */
async function refreshedIntoSpool(error?: Error): Promise<() => void> {
  const mend = breakCall(replica.get(ConnectionSaves), 'saveRefresh', error);
  await expire();
  await get().catch(() => undefined);
  return mend;
}

/** A file in its place: nothing can be put there, and nobody can look. */
async function replaceFolder(): Promise<void> {
  await rm(join(dataFolder, 'spool'), { recursive: true, force: true });
  await writeFile(join(dataFolder, 'spool'), 'no folder');
}

function expire(): Promise<void> {
  return bench.alter('expires_at = now()');
}

function endPause(): Promise<void> {
  const ended = 'not_before = NULL, lease_until = now()';
  return bench.alter(ended, 'connection_upkeep');
}

/** The names of the entries that wait. */
async function spooled(): Promise<readonly string[]> {
  return (await readdir(join(dataFolder, 'spool'))).filter((name) => name.endsWith('.json'));
}

function get(from = replica): Promise<DeskeraToken> {
  return bench.read(from);
}
