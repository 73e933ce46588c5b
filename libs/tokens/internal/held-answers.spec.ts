import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import { ConnectionSaves, DatabaseTime, GrantSpool, ReplicaSession } from '#store';
import { hasWatchedTheClock } from '#store/testing';
import {
  alterStored,
  breakCall,
  connectTenant,
  openTestReplica,
  randomTenant,
  refusals,
  type TestReplica,
} from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { DeskeraTokens, type DeskeraToken } from '../deskera-token.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let tenantId: TenantId;
let folder: string;
let owner: TestReplica;
let other: TestReplica;
const opened: TestReplica[] = [];

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
  deskera = new FakeDeskera({ now: () => new Date() });
  folder = await mkdtemp(join(tmpdir(), 'token-broker-held-'));
  [owner, other] = [await open(folder), await open()];
  tenantId = randomTenant();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await rm(folder, { recursive: true, force: true });
});

describe('an attempt of a replica to which the database does not write', () => {
  it('is taken over by no other while its answer waits in a spool of its own, for however long', async () => {
    const mend = await answeredInVain();
    await eventually(isHeld);
    await lookEnded();
    await expect(get(other)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    mend();
    await eventually(isServedByTheOther);
    expect(deskera.callsOf('refresh')).toHaveLength(1);
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
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    mend();
    await eventually(isServedByTheOther);
    expect(deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('is taken over by no other while a successor has its answer on disk, and can not write either', async () => {
    await answeredInVain();
    await close(owner);
    const successor = await open(folder);
    const mend = breakCall(successor.get(ConnectionSaves), 'saveRefresh');
    await eventually(isHeld);
    await lookEnded();
    await expect(get(other)).rejects.toMatchObject({ code: 'deskera_unavailable' });
    mend();
    await eventually(isServedByTheOther);
    expect(deskera.callsOf('refresh')).toHaveLength(1);
  });

  it('is taken over once the owner and its answer are gone', async () => {
    await answeredInVain();
    await close(owner);
    await rm(join(folder, 'spool'), { recursive: true, force: true });
    await eventually(async () => !(await isHeld()));
    await lookEnded();
    hasWatchedTheClock(other.get(DatabaseTime));
    await get(other).catch(() => undefined);
    expect(deskera.callsOf('refresh')).toHaveLength(2);
  });
});

/** The owner's refresh is answered, and its save refused. @returns makes the database write for it again */
async function answeredInVain(): Promise<() => void> {
  await connectTenant(owner, deskera, { tenantId });
  await eventually(() => owner.get(ReplicaSession).heldLock() !== null);
  const mend = breakCall(owner.get(ConnectionSaves), 'saveRefresh');
  await alterStored(admin, [owner, other], tenantId, 'expires_at = now()');
  await get(owner).catch(() => undefined);
  expect(deskera.callsOf('refresh')).toHaveLength(1);
  return mend;
}

function isServedByTheOther(): Promise<boolean> {
  return get(other).then(
    ({ degraded }) => degraded === null,
    () => false,
  );
}

/** Lease, attempt and the time of a take-over are over, by a clock that the other replica has watched for as long. */
function lookEnded(): Promise<void> {
  hasWatchedTheClock(other.get(DatabaseTime));
  const ended = `lease_until = now() - interval '2 hours', attempt_until = now() - interval '2 hours', not_before = NULL`;
  return alterStored(admin, [other], tenantId, ended, 'connection_upkeep');
}

/** Whether any session tells of an answer in hand. */
async function isHeld(): Promise<boolean> {
  const { rows } = await admin.query<{ held: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS held`,
  );
  return rows[0]?.held === true;
}

async function open(dataFolder?: string): Promise<TestReplica> {
  const tokens = { timeoutSeconds: 2 };
  const made = await openTestReplica({
    databaseUrl: database.url,
    deskera,
    tokens,
    ...(dataFolder === undefined ? {} : { dataFolder }),
  });
  opened.push(made);
  return made;
}

async function close(replica: TestReplica): Promise<void> {
  opened.splice(opened.indexOf(replica), 1);
  await replica.close();
}

function get(from: TestReplica): Promise<DeskeraToken> {
  return from
    .get(DeskeraTokens)
    .get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null });
}
