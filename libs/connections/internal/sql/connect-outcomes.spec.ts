import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { ConnectSessionStore, type StateFailure } from '../../connect-session-store.js';
import { ConnectionReads } from '../../connection-reads.js';
import { ConnectionSaves, type AwaitedActivation } from '../../connection-saves.js';
import {
  completedConnect,
  consumedState,
  openedAgain,
  openedConnect,
  openTestStore,
  type OpenedConnect,
  type TestStore,
} from '../../testing/index.js';

let database: TestDatabase;
let store: TestStore;
let sessions: ConnectSessionStore;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openTestStore(database.url);
  sessions = store.get(ConnectSessionStore);
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

function failureOf({ stateSha256 }: OpenedConnect, connectNumber: number): StateFailure {
  return { stateSha256, connectNumber, failureCode: 'org_mismatch', endsSession: false };
}

function denialOf({ stateSha256 }: OpenedConnect): StateFailure {
  return { stateSha256, connectNumber: null, failureCode: 'access_denied', endsSession: true };
}

const sessionOf = ({ session }: OpenedConnect) => sessions.findBySession(session.sessionSha256);

function completedIn({ session }: OpenedConnect, { browserSha256 }: OpenedConnect): Promise<boolean> {
  return sessions.completedInBrowser(session.sessionSha256, [browserSha256]);
}

describe('a failure', () => {
  it('is the outcome of the state and of the session, whose link still opens', async () => {
    const opened = await openedConnect(store);
    expect(await sessions.recordFailure(failureOf(opened, await consumedState(store, opened)))).toBe(true);
    expect(await sessions.findState(opened.stateSha256)).toMatchObject({
      decided: { failureCode: 'org_mismatch' },
      session: { status: 'failed', failureCode: 'org_mismatch', ended: false },
    });
    expect(await sessions.addState(opened.session.sessionSha256, randomBytes(32), randomBytes(32))).toBe(
      true,
    );
  });

  it('does not replace an outcome that stands', async () => {
    const opened = await openedConnect(store);
    const connectNumber = await consumedState(store, opened);
    await completedConnect(store, opened, connectNumber);
    expect(await sessions.recordFailure(failureOf(opened, connectNumber))).toBe(false);
    expect(await sessions.findState(opened.stateSha256)).toMatchObject({
      decided: { failureCode: null },
      session: { status: 'connected', failureCode: null },
    });
  });

  it('gives way to a grant that is stored after all', async () => {
    const opened = await openedConnect(store);
    const connectNumber = await consumedState(store, opened);
    await sessions.recordFailure(failureOf(opened, connectNumber));
    await completedConnect(store, opened, connectNumber);
    expect(await sessions.findState(opened.stateSha256)).toMatchObject({
      decided: { failureCode: null },
      session: { status: 'connected', failureCode: null, ended: true },
    });
  });

  it('leaves a session alone that completed through another opening', async () => {
    const opened = await openedConnect(store);
    const late = await openedAgain(store, opened.session);
    const lateNumber = await consumedState(store, late);
    const connectionId = await completedConnect(store, opened, await consumedState(store, opened));
    expect(await sessions.recordFailure(failureOf(late, lateNumber))).toBe(true);
    expect(await sessionOf(opened)).toMatchObject({ status: 'connected', connectionId });
  });
});

describe('a denial', () => {
  it('ends the session', async () => {
    const opened = await openedConnect(store);
    expect(await sessions.recordFailure(denialOf(opened))).toBe(true);
    expect(await sessionOf(opened)).toMatchObject({
      status: 'failed',
      failureCode: 'access_denied',
      ended: true,
    });
  });

  it('is not recorded where an exchange has begun', async () => {
    const opened = await openedConnect(store);
    await consumedState(store, opened);
    expect(await sessions.recordFailure(denialOf(opened))).toBe(false);
    const undecided = { decided: null, session: { status: 'pending' } };
    expect(await sessions.findState(opened.stateSha256)).toMatchObject(undecided);
  });
});

describe('a completed connect', () => {
  it('belongs to the browser that opened its link', async () => {
    const opened = await openedConnect(store);
    const other = await openedAgain(store, opened.session);
    expect(await completedIn(opened, opened)).toBe(false);
    await completedConnect(store, opened, await consumedState(store, opened));
    expect(await completedIn(opened, opened)).toBe(true);
    expect(await completedIn(opened, other)).toBe(false);
  });

  it('belongs to no browser where two of them completed one', async () => {
    const opened = await openedConnect(store);
    const other = await openedAgain(store, opened.session);
    const [first, second] = [await consumedState(store, opened), await consumedState(store, other)];
    await completedConnect(store, opened, first);
    await completedConnect(store, other, second);
    expect(await completedIn(opened, opened)).toBe(false);
    expect(await completedIn(opened, other)).toBe(false);
  });

  it('becomes connected by its activation', async () => {
    const opened = await openedConnect(store);
    await completedConnect(store, opened, await consumedState(store, opened), 'awaiting_activation');
    expect(await sessionOf(opened)).toMatchObject({ status: 'awaiting_activation' });
    const { connectNumber } = (await sessionOf(opened)) ?? {};
    expect(await sessions.recordActivated(opened.session.sessionSha256, Number(connectNumber))).toBe(true);
    expect(await sessionOf(opened)).toMatchObject({ status: 'connected' });
  });

  it('does not come about by an activation alone', async () => {
    const opened = await openedConnect(store);
    expect(await sessions.recordActivated(opened.session.sessionSha256, 1)).toBe(false);
    expect(await sessionOf(opened)).toMatchObject({ status: 'pending' });
  });
});

describe('the refusal of an activation', () => {
  /** As a broker of the previous release leaves a connect that it activates: the session is recorded later. */
  async function servedUnrecorded() {
    const opened = await openedConnect(store);
    const connectNumber = await consumedState(store, opened);
    const connectionId = await completedConnect(store, opened, connectNumber, 'awaiting_activation');
    const seen = await store.get(ConnectionReads).find(connectionId);
    if (seen === null) throw new Error('the connection is missing');
    const next = { ...seen, status: 'connected' } as const;
    const save = { seen, next, event: null, publish: true, erase: false, lease: null };
    expect(await store.get(ConnectionSaves).saveState(save)).toBe(true);
    const { sessionSha256 } = opened.session;
    return { opened, awaited: { sessionSha256, connectionId, connectNumber } };
  }

  const statusOf = async (connectionId: string) =>
    (await store.get(ConnectionReads).find(connectionId))?.status;
  const refuse = (awaited: AwaitedActivation) =>
    store.get(ConnectionSaves).refuseActivation(awaited, 'wrong_browser');

  it('erases a grant of this connect that is served already', async () => {
    const { opened, awaited } = await servedUnrecorded();
    expect(await refuse(awaited)).toBe(true);
    expect(await statusOf(awaited.connectionId)).toBe('disconnected');
    expect(await sessionOf(opened)).toMatchObject({ status: 'failed', failureCode: 'wrong_browser' });
    expect(await refuse(awaited)).toBe(false);
  });

  it('leaves a grant that another session is connected by', async () => {
    const { opened, awaited } = await servedUnrecorded();
    const other = await openedConnect(store);
    await completedConnect(store, other, await consumedState(store, other));
    await inDatabase(
      'UPDATE connect_session SET connection_id = $2, connect_number = $3 WHERE session_sha256 = $1',
      [other.session.sessionSha256, awaited.connectionId, awaited.connectNumber],
    );
    expect(await refuse(awaited)).toBe(true);
    expect(await statusOf(awaited.connectionId)).toBe('connected');
    expect(await sessionOf(opened)).toMatchObject({ status: 'failed' });
  });

  it('does nothing for a session that stored another connect meanwhile', async () => {
    const { opened, awaited } = await servedUnrecorded();
    expect(await refuse({ ...awaited, connectNumber: awaited.connectNumber + 1 })).toBe(false);
    expect(await sessionOf(opened)).toMatchObject({ status: 'awaiting_activation' });
    expect(await statusOf(awaited.connectionId)).toBe('connected');
  });
});

async function inDatabase(text: string, values: readonly unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(text, [...values]);
  await client.end();
}
