import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#kernel';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import type { DatabaseReadiness } from '../database-readiness.js';
import type { ReplicaSession } from '../replica-session.js';
import type { Database } from './database.js';
import type { DatabaseOrigin } from './database-origin.js';
import { ObservedDatabaseTime } from './observed-database-time.js';
import { PolledChangeFeed } from './polled-change-feed.js';
import { ServerLives } from './server-lives.js';
import type { Statement } from './statement.js';

const horizon = { horizon: '100', life: 'the life', flushed: '0', changeId: null, subject: null };

let clock: ManualClock;
/** The polls that are under way. */
let polls: PromiseWithResolvers<readonly object[]>[];
/** Names of the statements that were sent beside the polls. */
let sent: string[];
let feed: PolledChangeFeed;

beforeEach(() => {
  RecordedLogs.silence();
  clock = new ManualClock();
  polls = [];
  sent = [];
  const connection = {
    rows: () => {
      const poll = Promise.withResolvers<readonly object[]>();
      polls.push(poll);
      return poll.promise;
    },
    giveUp: () => undefined,
  };
  const database = {
    keptConnection: () => connection,
    setReadOnly: () => undefined,
    dropIdleConnections: () => undefined,
    rows: async ({ name }: Statement) => void sent.push(name),
  };
  const readiness: Pick<DatabaseReadiness, 'whenAccepted'> = {
    whenAccepted: (callback) => {
      callback();
    },
  };
  const session: Pick<ReplicaSession, 'onNotify'> = { onNotify: () => undefined };
  feed = new PolledChangeFeed(
    database as unknown as Database,
    clock,
    new ServerLives(),
    new ObservedDatabaseTime(clock),
    {} as DatabaseOrigin,
    readiness as DatabaseReadiness,
    session as ReplicaSession,
  );
});

afterEach(async () => {
  const stopped = feed.onApplicationShutdown();
  polls.at(-1)?.reject(away());
  await stopped;
});

describe('the proof of freshness', () => {
  it('is missing until the first poll is answered', async () => {
    expect(feed.isFresh()).toBe(false);
    await answer();
    expect(feed.isFresh()).toBe(true);
  });

  it('counts from when the poll was sent, not from when its answer came', async () => {
    clock.advance(400);
    await answer();
    expect(feed.isFresh()).toBe(true);
    expect(feed.secondsSinceDatabaseSeen()).toBe(0.4);
    await pass(300);
    expect(feed.isFresh()).toBe(true);
    await pass(1);
    expect(feed.isFresh()).toBe(false);
  });

  it('is not there where the answer was under way for longer than it holds', async () => {
    clock.advance(701);
    await answer();
    expect(feed.isFresh()).toBe(false);
  });

  it('is not renewed by a poll that fails', async () => {
    await answer();
    await pass(250);
    polls.at(-1)?.reject(away());
    await pass(451);
    expect(feed.isFresh()).toBe(false);
  });
});

describe('an announcement', () => {
  it('wakes the other replicas by one NOTIFY for all that is announced within its spacing', async () => {
    feed.announce('tenant:acme');
    feed.announce('tenant:beta', 'key:k');
    expect(sent).toEqual([]);
    await pass(5);
    expect(sent).toEqual(['change_notify']);
    feed.announce('tenant:acme');
    await pass(5);
    expect(sent).toEqual(['change_notify', 'change_notify']);
  });
});

function away(): Failure {
  return new Failure('broker_unavailable', 'The database does not answer.');
}

async function answer(): Promise<void> {
  polls.at(-1)?.resolve([horizon]);
  await turns();
}

async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await turns();
}

/** What is awaited has its turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
