import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeDeskera } from '#deskera/testing';
import { RecordedLogs } from '#kernel/testing';
import {
  ConnectionAdoptions,
  ConnectionReads,
  ConnectionSaves,
  ConnectSessionStore,
  GrantImportStore,
} from '#connections';
import { adoptGrant, breakCall, type TestReplica } from '#tokens/testing';
import { Connections } from '../../connections.js';
import { type DeskeraToken } from '../../deskera-token.js';
import { GrantImports } from '../../grant-imports.js';
import { TokenRejections } from '../../token-rejections.js';
import { Upkeep } from '../../upkeep.js';
import { tokensBench } from '../../testing/tokens-bench.js';
import { SpoolReplay } from '../durability/spool-replay.js';

const bench = tokensBench();
let dataFolder: string;
let replica: TestReplica;
let logs: RecordedLogs;

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-failover-'));
  replica = await bench.open({
    dataFolder,
    tokens: { timeoutSeconds: 2 },
  });
  logs = RecordedLogs.start();
});

afterEach(async () => {
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
      return replica.get(TokenRejections).report({ tenantId: bench.tenantId, orgId: null, fingerprint });
    },
    'a connect that brings the same pair again': async () => {
      bench.deskera.grants.expire('11242');
      return adoptGrant(replica, bench.deskera, { tenantId: bench.tenantId, grant: firstGrant });
    },
    'an import of the same pair': () =>
      replica.get(GrantImports).import({
        tenantId: bench.tenantId,
        apiVersion: 'v1',
        refreshToken: firstGrant.refreshToken,
        token: null,
        requiredOrgId: null,
      }),
  };
  let firstGrant: ReturnType<FakeDeskera['issueGrant']>;

  it.each(Object.entries(senders))('is stored before %s sends the refresh token again', async (_, send) => {
    firstGrant = bench.deskera.issueGrant();
    const { connectionId } = await bench.connect(replica, { grant: firstGrant });
    const mend = await refreshedIntoSpool();
    await loseAttempt();
    mend();
    await send(connectionId).catch(() => undefined);
    expect(timesSent(firstGrant.refreshToken.reveal())).toBe(1);
    expect(await get()).toMatchObject({ degraded: null });
  });

  it('raises the number of the attempts to its own, so that the next grant is not taken for an older one', async () => {
    const { connectionId } = await bench.connect(replica);
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
    await bench.connect(replica);
    const mend = await refreshedIntoSpool();
    for (const table of [
      'webhook_event',
      'connection_event',
      'connection_announcement',
      'credential',
      'connection_upkeep',
    ])
      await bench.admin.query(
        `DELETE FROM ${table} WHERE connection_id IN (SELECT connection_id FROM connection WHERE tenant_id = $1)`,
        [bench.tenantId],
      );
    await bench.admin.query('DELETE FROM connection WHERE tenant_id = $1', [bench.tenantId]);
    mend();
    await replica.get(SpoolReplay).replay();
    expect(await spooled()).toHaveLength(1);
    expect(logs.of('error').join()).toContain('its connection is not in the database');
    await bench.connect(replica, {
      org: { id: bench.tenantId, name: 'Other', email: 'a@b.example' },
    });
    await expire();
    expect(await get()).toMatchObject({ degraded: null });
  });
});

describe('the grant of a connect that a failover lost', () => {
  it('replaces that of an older connect, and no later connect draws its number', async () => {
    const { connectionId } = await bench.connect(replica, { connectNumber: await draw() });
    const lost = await draw();
    await bench.connect(replica, { connectNumber: lost });
    const mend = await refreshedIntoSpool();
    await loseAttempt();
    await bench.alter(`connect_number = ${String(lost - 1)}`);
    await bench.admin.query(`SELECT setval('connect_number_sequence', ${String(lost - 1)})`);
    mend();
    expect(await get()).toMatchObject({ degraded: null });
    expect(await record(connectionId)).toMatchObject({ connectNumber: lost, status: 'connected' });
    expect(await draw()).toBeGreaterThan(lost);
  });

  it('revives no connection that was disconnected since, though the number is the same', async () => {
    const { connectionId } = await bench.connect(replica, { connectNumber: await draw() });
    const lost = await draw();
    await bench.connect(replica, { connectNumber: lost });
    const mend = await refreshedIntoSpool();
    await loseAttempt();
    await bench.alter(`connect_number = ${String(lost - 1)}`);
    await bench.admin.query(`SELECT setval('connect_number_sequence', ${String(lost - 1)})`);
    await replica.get(Connections).disconnect(connectionId, bench.tenantId);
    expect(await record(connectionId)).toMatchObject({ connectNumber: lost, status: 'disconnected' });
    mend();
    await replica.get(SpoolReplay).replay();
    expect(await record(connectionId)).toMatchObject({ status: 'disconnected', fingerprint: null });
    expect(await spooled()).toEqual([]);
  });

  it('is told as superseded where a later connect got the same number', async () => {
    const first = await draw();
    const mend = breakCall(replica.get(ConnectionAdoptions), 'adopt');
    await adoptGrant(replica, bench.deskera, { tenantId: bench.tenantId, connectNumber: first });
    const elsewhere = await bench.open();
    try {
      const grant = bench.deskera.issueGrant();
      await bench.connect(elsewhere, { connectNumber: first, grant });
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
      await bench.close(elsewhere);
    }
  });
});

describe('a verdict on a row that a failover set back', () => {
  it('is not saved where the same version is of another attempt by now', async () => {
    const { connectionId } = await bench.connect(replica);
    const seen = await record(connectionId);
    await bench.alter('attempt = attempt + 1', 'connection_upkeep');
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
  return bench.alter(before, 'connection_upkeep');
}

function expire(): Promise<void> {
  return bench.alter('expires_at = now()');
}

async function record(connectionId: string) {
  const found = await replica.get(ConnectionReads).find(connectionId);
  if (found === null) throw new Error('there is no such connection');
  return found;
}

async function storedFingerprint(): Promise<string> {
  const { rows } = await bench.admin.query<{ fingerprint: string }>(
    'SELECT fingerprint FROM credential JOIN connection USING (connection_id) WHERE tenant_id = $1',
    [bench.tenantId],
  );
  return rows[0]?.fingerprint ?? '';
}

function draw(): Promise<number> {
  return replica.get(GrantImportStore).drawConnectNumber();
}

function timesSent(refreshToken: string): number {
  return bench.deskera.callsOf('refresh').filter(({ sent }) => sent.reveal() === refreshToken).length;
}

async function spooled(): Promise<readonly string[]> {
  return (await readdir(join(dataFolder, 'spool'))).filter((name) => name.endsWith('.json'));
}

function get(from = replica): Promise<DeskeraToken> {
  return bench.read(from);
}
