import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeDeskera } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { RecordedLogs } from '#kernel/testing';
import {
  ConnectionAdoptions,
  ConnectionReads,
  ConnectionSaves,
  ConnectSessionStore,
  GrantImportStore,
} from '#store';
import {
  adoptGrant,
  alterStored,
  breakCall,
  connectTenant,
  openTestReplica,
  randomTenant,
  type TestReplica,
} from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { Connections } from '../connections.js';
import { DeskeraTokens, type DeskeraToken } from '../deskera-token.js';
import { GrantImports } from '../grant-imports.js';
import { TokenRejections } from '../token-rejections.js';
import { Upkeep } from '../upkeep.js';
import { SpoolReplay } from './spool-replay.js';

let database: TestDatabase;
let admin: pg.Client;
let deskera: FakeDeskera;
let dataFolder: string;
let replica: TestReplica;
let tenantId: TenantId;
let logs: RecordedLogs;

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
  dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-failover-'));
  replica = await openTestReplica({
    databaseUrl: database.url,
    deskera,
    dataFolder,
    tokens: { timeoutSeconds: 2 },
  });
  tenantId = randomTenant();
  logs = RecordedLogs.start();
});

afterEach(async () => {
  await replica.close();
  await rm(dataFolder, { recursive: true, force: true });
  logs.stop();
});

describe('an answer in the spool whose attempt a failover lost', () => {
  const senders: Readonly<Record<string, (connectionId: string) => Promise<unknown>>> = {
    'a read': () => get(),
    'a sweep': () => replica.get(Upkeep).sweep(),
    "an operator's refresh": (connectionId) => replica.get(Connections).refreshNow(connectionId),
    "an operator's check": (connectionId) => replica.get(Connections).checkNow(connectionId),
    'a rejected token': async () => {
      const fingerprint = await storedFingerprint();
      return replica.get(TokenRejections).report({ tenantId, orgId: null, fingerprint });
    },
    'a connect that brings the same pair again': async () => {
      deskera.grants.expire('11242');
      return adoptGrant(replica, deskera, { tenantId, grant: firstGrant });
    },
    'an import of the same pair': () =>
      replica.get(GrantImports).import({
        tenantId,
        apiVersion: 'v1',
        refreshToken: firstGrant.refreshToken,
        token: null,
        requiredOrgId: null,
      }),
  };
  let firstGrant: ReturnType<FakeDeskera['issueGrant']>;

  it.each(Object.entries(senders))('is stored before %s sends the refresh token again', async (_, send) => {
    firstGrant = deskera.issueGrant();
    const { connectionId } = await connectTenant(replica, deskera, { tenantId, grant: firstGrant });
    const mend = await refreshedIntoSpool();
    await loseAttempt();
    mend();
    await send(connectionId).catch(() => undefined);
    expect(timesSent(firstGrant.refreshToken.reveal())).toBe(1);
    expect(await get()).toMatchObject({ degraded: null });
  });

  it('raises the number of the attempts to its own, so that the next grant is not taken for an older one', async () => {
    const { connectionId } = await connectTenant(replica, deskera, { tenantId });
    const mend = await refreshedIntoSpool();
    const { attempt: lost } = await record(connectionId);
    await loseAttempt();
    mend();
    const restored = await get();
    await expire();
    const next = await get();
    expect(next.fingerprint).not.toBe(restored.fingerprint);
    const { grantAttempt, attempt, attemptOpen } = await record(connectionId);
    expect({ attempt, attemptOpen }).toEqual({ attempt: grantAttempt, attemptOpen: false });
    expect(grantAttempt).toBe(lost + 1);
  });

  it('stays in the spool where the connection itself was lost, and holds up no other', async () => {
    await connectTenant(replica, deskera, { tenantId });
    const mend = await refreshedIntoSpool();
    for (const table of [
      'webhook_event',
      'connection_event',
      'connection_announcement',
      'credential',
      'connection_upkeep',
    ])
      await admin.query(
        `DELETE FROM ${table} WHERE connection_id IN (SELECT connection_id FROM connection WHERE tenant_id = $1)`,
        [tenantId],
      );
    await admin.query('DELETE FROM connection WHERE tenant_id = $1', [tenantId]);
    mend();
    await replica.get(SpoolReplay).replay();
    expect(await spooled()).toHaveLength(1);
    expect(logs.of('error').join()).toContain('its connection is not in the database');
    tenantId = randomTenant();
    await connectTenant(replica, deskera, {
      tenantId,
      org: { id: tenantId, name: 'Other', email: 'a@b.example' },
    });
    await expire();
    expect(await get()).toMatchObject({ degraded: null });
  });
});

describe('the grant of a connect that a failover lost', () => {
  it('replaces that of an older connect, and no later connect draws its number', async () => {
    const { connectionId } = await connectTenant(replica, deskera, { tenantId, connectNumber: await draw() });
    const lost = await draw();
    await connectTenant(replica, deskera, { tenantId, connectNumber: lost });
    const mend = await refreshedIntoSpool();
    await loseAttempt();
    await alterStored(admin, [replica], tenantId, `connect_number = ${String(lost - 1)}`);
    await admin.query(`SELECT setval('connect_number_sequence', ${String(lost - 1)})`);
    mend();
    expect(await get()).toMatchObject({ degraded: null });
    expect(await record(connectionId)).toMatchObject({ connectNumber: lost, status: 'connected' });
    expect(await draw()).toBeGreaterThan(lost);
  });

  it('revives no connection that was disconnected since, though the number is the same', async () => {
    const { connectionId } = await connectTenant(replica, deskera, { tenantId, connectNumber: await draw() });
    const lost = await draw();
    await connectTenant(replica, deskera, { tenantId, connectNumber: lost });
    const mend = await refreshedIntoSpool();
    await loseAttempt();
    await alterStored(admin, [replica], tenantId, `connect_number = ${String(lost - 1)}`);
    await admin.query(`SELECT setval('connect_number_sequence', ${String(lost - 1)})`);
    await replica.get(Connections).disconnect(connectionId, tenantId);
    expect(await record(connectionId)).toMatchObject({ connectNumber: lost, status: 'disconnected' });
    mend();
    await replica.get(SpoolReplay).replay();
    expect(await record(connectionId)).toMatchObject({ status: 'disconnected', fingerprint: null });
    expect(await spooled()).toEqual([]);
  });

  it('is told as superseded where a later connect got the same number', async () => {
    const first = await draw();
    const mend = breakCall(replica.get(ConnectionAdoptions), 'adopt');
    await adoptGrant(replica, deskera, { tenantId, connectNumber: first });
    const elsewhere = await openTestReplica({ databaseUrl: database.url, deskera });
    try {
      const grant = deskera.issueGrant();
      await connectTenant(elsewhere, deskera, { tenantId, connectNumber: first, grant });
      const told: string[] = [];
      replica.get(ConnectSessionStore).recordFailure = ({ failureCode }) => {
        told.push(failureCode);
        return Promise.resolve(true);
      };
      mend();
      await replica.get(SpoolReplay).replay();
      expect((await get(elsewhere)).fingerprint).toBe(grant.token.fingerprint());
      expect(told).toEqual(['connect_superseded']);
    } finally {
      await elsewhere.close();
    }
  });
});

describe('a verdict on a row that a failover set back', () => {
  it('is not saved where the same version is of another attempt by now', async () => {
    const { connectionId } = await connectTenant(replica, deskera, { tenantId });
    const seen = await record(connectionId);
    await alterStored(admin, [replica], tenantId, 'attempt = attempt + 1', 'connection_upkeep');
    const save = {
      seen,
      next: { ...seen, lastError: 'stale' },
      event: null,
      publish: false,
      erase: false,
      lease: null,
    };
    expect(await replica.get(ConnectionSaves).saveState(save)).toBe(false);
  });
});

/** @returns makes the database take grants again */
async function refreshedIntoSpool(): Promise<() => void> {
  const mend = breakCall(replica.get(ConnectionSaves), 'saveRefresh');
  await expire();
  await get().catch(() => undefined);
  expect(await spooled()).toHaveLength(1);
  return mend;
}

/** The row as it is on a standby that never got the attempt. */
function loseAttempt(): Promise<void> {
  const before = `attempt = attempt - 1, attempt_open = false, state_version = state_version - 1, lease_id = NULL,
                  lease_until = NULL, attempt_until = NULL, attempt_process_id = NULL, next_due_at = now()`;
  return alterStored(admin, [replica], tenantId, before, 'connection_upkeep');
}

function expire(): Promise<void> {
  return alterStored(admin, [replica], tenantId, 'expires_at = now()');
}

async function record(connectionId: string) {
  const found = await replica.get(ConnectionReads).find(connectionId);
  if (found === null) throw new Error('there is no such connection');
  return found;
}

async function storedFingerprint(): Promise<string> {
  const { rows } = await admin.query<{ fingerprint: string }>(
    'SELECT fingerprint FROM credential JOIN connection USING (connection_id) WHERE tenant_id = $1',
    [tenantId],
  );
  return rows[0]?.fingerprint ?? '';
}

function draw(): Promise<number> {
  return replica.get(GrantImportStore).drawConnectNumber();
}

function timesSent(refreshToken: string): number {
  return deskera.callsOf('refresh').filter(({ sent }) => sent.reveal() === refreshToken).length;
}

async function spooled(): Promise<readonly string[]> {
  return (await readdir(join(dataFolder, 'spool'))).filter((name) => name.endsWith('.json'));
}

function get(from = replica): Promise<DeskeraToken> {
  return from
    .get(DeskeraTokens)
    .get({ tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null });
}
