import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ConnectionLeases } from '../../connection-leases.js';
import { ConnectionReads } from '../../connection-reads.js';
import { ConnectionSaves } from '../../connection-saves.js';
import { EncryptedRecords, type ReencryptedBatch } from '#vault';
import { type ConnectionRecord } from '../../connection-record.js';
import { openTestStore, type TestStore } from '../../testing/test-store.js';
import { storedRecord } from '../../testing/stored-connection.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';

const attacker = 'http://127.0.0.1:1';
const configured = 'https://bifrost.configured.example';
/** Of `storedRecord`: configured when the grant was stored, and no more. */
const earlier = 'https://bifrost.example';

let database: TestDatabase;
let store: TestStore;
let client: Client;
let record: ConnectionRecord;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url, { trustsApiUrl: (apiUrl) => apiUrl === configured });
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

beforeEach(async () => {
  record = await storedRecord(store);
});

async function change(assignments: string): Promise<ConnectionRecord> {
  await client.query(`UPDATE connection SET ${assignments} WHERE connection_id = $1`, [record.connectionId]);
  const changed = await store.get(ConnectionReads).find(record.connectionId);
  if (changed === null) throw new Error('the connection is gone');
  return changed;
}

async function openRefreshToken(seen: ConnectionRecord): Promise<string> {
  const attempt = await store.get(ConnectionLeases).openAttempt({
    seen,
    leaseSeconds: 30,
    held: null,
    ownEndedAttempt: null,
    callSeconds: 0,
    takeoverSeconds: 60,
  });
  if (attempt === null) throw new Error('no attempt was opened');
  return (await attempt.openRefreshToken()).reveal();
}

async function usable(seen: ConnectionRecord): Promise<readonly boolean[]> {
  const reads = store.get(ConnectionReads);
  const [servable] = await reads.servable(seen.tenantId, null);
  const good = await reads.goodToken(seen.tenantId, null);
  const tries: (() => Promise<unknown>)[] = [
    () => reads.token(seen),
    () => servable?.openToken?.() ?? Promise.resolve(null),
    () => good?.openToken() ?? Promise.resolve(null),
    () => openRefreshToken(seen),
  ];
  return Promise.all(
    tries.map((tried) =>
      tried().then(
        (opened) => opened !== null,
        () => false,
      ),
    ),
  );
}

const everything = [true, true, true, true];
const nothing = [false, false, false, false];

describe('The credentials of a connection', () => {
  it('are used at the host they were sealed for, also where another one is configured by now.', async () => {
    expect(record.apiUrl).toBe(earlier);
    expect(await usable(record)).toEqual(everything);
  });

  it.each([
    ['another host', `api_url = '${attacker}'`],
    ['the configured host, which is not theirs', `api_url = '${configured}'`],
    ['another version', `api_version = 'v2'`],
    ['another host, without a seal', `api_url = '${attacker}', site_seal = NULL`],
    ['another host, with a made-up seal', `api_url = '${attacker}', site_seal = 'e30.e30.e30'`],
    [
      'another host, with the seal of another connection',
      `api_url = '${attacker}', site_seal = (SELECT max(site_seal) FROM connection WHERE status = 'connected')`,
    ],
  ])('stay sealed where the row was changed to %s.', async (_, assignments) => {
    await storedRecord(store);
    const changed = await change(assignments);
    expect(await usable(changed)).toEqual(nothing);
    await expect(store.get(ConnectionReads).token(changed)).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
    const left = await store.get(ConnectionReads).find(record.connectionId);
    expect(left).toMatchObject({ status: 'connected', fingerprint: record.fingerprint });
  });

  it('that an earlier release stored are used at a trusted host, and nowhere else.', async () => {
    expect(await usable(await change(`api_url = '${configured}', site_seal = NULL`))).toEqual(everything);
    expect(await usable(await change(`api_url = '${earlier}'`))).toEqual(nothing);
  });
});

describe('Sealing everything again', () => {
  async function reseal(): Promise<readonly ReencryptedBatch[]> {
    const credentials = store.get(EncryptedRecords).kinds.find(({ kind }) => kind === 'credentials');
    if (credentials === undefined) throw new Error('there are no sealed credentials');
    return [await credentials.reseal(null, 1_000)];
  }

  async function siteSeal(): Promise<string | null> {
    const text = 'SELECT site_seal FROM connection WHERE connection_id = $1';
    const { rows } = await client.query<{ site_seal: string | null }>(text, [record.connectionId]);
    return rows[0]?.site_seal ?? null;
  }

  it('seals the site of what an earlier release stored.', async () => {
    await change(`api_url = '${configured}', site_seal = NULL`);
    await reseal();
    expect(await siteSeal()).not.toBeNull();
    expect(await usable(await change(`api_version = 'v2'`))).toEqual(nothing);
  });

  it('blesses no site that it can not trust.', async () => {
    await change(`api_url = '${attacker}', site_seal = NULL`);
    const [batch] = await reseal();
    expect(batch?.unreadable.map(({ rowId }) => rowId)).toContain(record.connectionId);
    expect(await siteSeal()).toBeNull();
    await store.get(ConnectionSaves).disconnect(record.connectionId, null);
  });
});
