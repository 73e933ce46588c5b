import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectSessionStore, type NewConnectSession } from '../../connect-session-store.js';
import {
  consumedState,
  newConnectSession,
  openedConnect,
  openTestStore,
  type TestStore,
} from '../../testing/index.js';

let database: TestDatabase;
let store: TestStore;
let sessions: ConnectSessionStore;
let sql: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
  sessions = store.get(ConnectSessionStore);
  sql = new pg.Client({ connectionString: database.url });
  sql.on('error', () => undefined);
  await sql.connect();
});

afterAll(async () => {
  await sql.end();
  await store.close();
  await database.drop();
});

const hash = () => randomBytes(32);

async function expire({ sessionSha256 }: NewConnectSession, secondsAgo = 1): Promise<void> {
  const text =
    'UPDATE connect_session SET expires_at = now() - make_interval(secs => $2) WHERE session_sha256 = $1';
  await sql.query(text, [sessionSha256, secondsAgo]);
}

async function end({ sessionSha256 }: NewConnectSession): Promise<void> {
  await sql.query('UPDATE connect_session SET ended_at = now() WHERE session_sha256 = $1', [sessionSha256]);
}

describe('a session', () => {
  it('is found by its id and by its link, as it was created', async () => {
    const session = newConnectSession({
      apiVersion: 'v2',
      redirectUri: 'https://app.example/done',
      orgId: '11242',
      label: 'Acme',
      activation: 'confirm',
    });
    const expiresAt = await sessions.create(session);
    expect(await sessions.findBySession(session.sessionSha256)).toEqual({
      sessionSha256: session.sessionSha256,
      tenantId: 'acme',
      apiVersion: 'v2',
      apiUrl: 'https://bifrost.example',
      redirectUri: 'https://app.example/done',
      orgId: '11242',
      label: 'Acme',
      activation: 'confirm',
      expiresAt,
      expiresInSeconds: expect.closeTo(900, -1),
      expired: false,
      status: 'pending',
      failureCode: null,
      connectionId: null,
      connectNumber: null,
      ended: false,
    });
    expect((await sessions.findByLink(session.linkSha256))?.sessionSha256).toEqual(session.sessionSha256);
    expect(await sessions.findBySession(session.linkSha256)).toBeNull();
    expect(await sessions.findByLink(session.sessionSha256)).toBeNull();
  });

  it('is expired by the clock of the database', async () => {
    const { session } = await openedConnect(store);
    await expire(session);
    expect(await sessions.findBySession(session.sessionSha256)).toMatchObject({ expired: true });
  });
});

describe('a state', () => {
  it('is added to a live session only', async () => {
    const { session } = await openedConnect(store);
    await expire(session);
    expect(await sessions.addState(session.sessionSha256, hash(), hash())).toBe(false);
    expect(await sessions.addState(hash(), hash(), hash())).toBe(false);
  });

  it('is dropped once its session has a hundred newer unused ones, however often the link is opened', async () => {
    const opened = await openedConnect(store);
    const used = await openedConnect(store);
    await consumedState(store, used);
    const states = Array.from({ length: 150 }, hash);
    for (const state of states) {
      expect(await sessions.addState(opened.session.sessionSha256, state, hash())).toBe(true);
      await sessions.addState(used.session.sessionSha256, hash(), hash());
    }
    const count = async ({ sessionSha256 }: { sessionSha256: Buffer }): Promise<number> => {
      const text = 'SELECT count(*)::int AS count FROM connect_state WHERE session_sha256 = $1';
      return (await sql.query<{ count: number }>(text, [sessionSha256])).rows[0]?.count ?? 0;
    };
    expect([await count(opened.session), await count(used.session)]).toEqual([100, 101]);
    expect(await sessions.findState(opened.stateSha256)).toBeNull();
    expect(await sessions.findState(used.stateSha256)).not.toBeNull();
    expect(await sessions.findState(states.at(-1) ?? hash())).not.toBeNull();
  });

  it('stays bounded in number where many open the link at once', async () => {
    const opened = await openedConnect(store);
    await Promise.all(
      Array.from({ length: 300 }, () => sessions.addState(opened.session.sessionSha256, hash(), hash())),
    );
    await sessions.addState(opened.session.sessionSha256, hash(), hash());
    const text = 'SELECT count(*)::int AS count FROM connect_state WHERE session_sha256 = $1';
    const { rows } = await sql.query<{ count: number }>(text, [opened.session.sessionSha256]);
    expect(rows[0]?.count).toBe(100);
  });

  it('is consumed once, however many try at the same time', async () => {
    const { stateSha256 } = await openedConnect(store);
    const numbers = await Promise.all(
      Array.from({ length: 8 }, () => sessions.consumeState(stateSha256, hash())),
    );
    expect(numbers.filter((number) => number !== null)).toHaveLength(1);
  });

  it('draws a higher connect number each time one is consumed', async () => {
    const earlier = await consumedState(store, await openedConnect(store));
    expect(await consumedState(store, await openedConnect(store))).toBeGreaterThan(earlier);
  });

  it.each([
    ['expired', expire],
    ['ended', end],
  ])('is not consumed in a session that %s', async (_, happen) => {
    const { session, stateSha256 } = await openedConnect(store);
    await happen(session);
    expect(await sessions.consumeState(stateSha256, hash())).toBeNull();
  });

  it('tells its browser, its code and how long ago it was consumed', async () => {
    const opened = await openedConnect(store);
    const codeSha256 = hash();
    const connectNumber = await consumedState(store, opened, codeSha256);
    expect(await sessions.findState(opened.stateSha256)).toMatchObject({
      browserSha256: opened.browserSha256,
      consumed: { codeSha256, connectNumber, ageSeconds: expect.closeTo(0, -1) },
      decided: null,
    });
    expect(await sessions.findState(hash())).toBeNull();
  });

  it('is free again after its release, which no other exchange can do', async () => {
    const opened = await openedConnect(store);
    const connectNumber = await consumedState(store, opened);
    await sessions.releaseState(opened.stateSha256, connectNumber + 1);
    expect(await sessions.consumeState(opened.stateSha256, hash())).toBeNull();
    await sessions.releaseState(opened.stateSha256, connectNumber);
    expect(await consumedState(store, opened)).toBeGreaterThan(connectNumber);
  });
});

describe('unused states', () => {
  it('are those that are given out, unspent and undecided, of sessions that go on', async () => {
    const [unused, expired, ended] = [
      await openedConnect(store),
      await openedConnect(store),
      await openedConnect(store),
    ];
    const [spent, denied] = [await openedConnect(store), await openedConnect(store)];
    await consumedState(store, spent);
    await expire(expired.session);
    await end(ended.session);
    const failure = { connectNumber: null, failureCode: 'access_denied', endsSession: false };
    await sessions.recordFailure({ stateSha256: denied.stateSha256, ...failure });
    const all = [unused, expired, ended, spent, denied].map(({ stateSha256 }) => stateSha256.toString('hex'));
    const found = await sessions.unusedStates([...all, hash().toString('hex')]);
    expect(found).toEqual(new Set([unused.stateSha256.toString('hex')]));
  });

  it('are none where none is asked for', async () => {
    expect(await sessions.unusedStates([])).toEqual(new Set());
  });
});

describe('retention', () => {
  it('deletes what expired long enough ago, states included, oldest first and bounded', async () => {
    const [oldest, old, young] = [
      await openedConnect(store),
      await openedConnect(store),
      await openedConnect(store),
    ];
    await expire(oldest.session, 9_000);
    await expire(old.session, 8_000);
    await expire(young.session, 10);
    expect(await sessions.deleteExpired(3_600, 1)).toBe(1);
    expect(await sessions.findState(oldest.stateSha256)).toBeNull();
    expect(await sessions.findState(old.stateSha256)).not.toBeNull();
    expect(await sessions.deleteExpired(3_600, 10)).toBe(1);
    expect(await sessions.findState(young.stateSha256)).not.toBeNull();
  });
});
