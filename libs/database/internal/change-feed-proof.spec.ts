import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import type { DatabaseReadiness } from '../database-readiness.js';
import type { ReplicaSession } from '../replica-session.js';
import type { Database } from './database.js';
import type { DatabaseOrigin } from './database-origin.js';
import { ObservedDatabaseTime } from './observed-database-time.js';
import { PolledChangeFeed } from './polled-change-feed.js';
import { ServerLives } from './server-lives.js';

let clock: ManualClock;
let life: string;
/** Runs while a poll is under way. */
let whilePolling: () => Promise<void>;
let notified: number;
let suspected: number;
let looks: number;
let canLook: boolean;
let feed: PolledChangeFeed;

beforeEach(() => {
  RecordedLogs.silence();
  clock = new ManualClock();
  life = 'first';
  whilePolling = () => Promise.resolve();
  [notified, suspected, looks, canLook] = [0, 0, 0, true];
  const connection = {
    rows: async () => {
      await whilePolling();
      return [{ horizon: '10', life, flushed: '0', changeId: null, subject: null }];
    },
    giveUp: () => undefined,
  };
  const database = {
    keptConnection: () => connection,
    dropIdleConnections: () => undefined,
    setReadOnly: () => undefined,
    rows: async () => {
      notified += 1;
      return [];
    },
  };
  const origin = {
    suspect: () => {
      suspected += 1;
    },
    look: async () => {
      looks += 1;
      if (!canLook) throw new Error('the database went away');
    },
  };
  const accepted = {
    whenAccepted: (callback: () => void) => {
      callback();
    },
  };
  feed = new PolledChangeFeed(
    database as unknown as Database,
    clock,
    new ServerLives(),
    new ObservedDatabaseTime(clock),
    origin as unknown as DatabaseOrigin,
    accepted as unknown as DatabaseReadiness,
    { onNotify: () => undefined } as unknown as ReplicaSession,
  );
});

afterEach(async () => {
  whilePolling = () => Promise.resolve();
  const stopped = feed.onApplicationShutdown();
  await settle();
  await stopped;
});

/** Lets a poll that is under way come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
}

async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 50) {
    clock.advance(50);
    await settle();
  }
}

describe('the proof of freshness', () => {
  it('is as old as the poll that brought it was sent, not as its answer', async () => {
    await settle();
    whilePolling = async () => {
      whilePolling = () => Promise.resolve();
      clock.advance(400);
    };
    await pass(300);
    expect(feed.secondsSinceDatabaseSeen()).toBeGreaterThanOrEqual(0.4);
  });

  it('ends where no poll is answered any more', async () => {
    await settle();
    expect(feed.isFresh()).toBe(true);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    whilePolling = () => promise;
    await pass(1_500);
    expect(feed.isFresh()).toBe(false);
    resolve(undefined);
  });
});

describe('a change of this replica', () => {
  it('wakes the other replicas by one NOTIFY for all that changed at once', async () => {
    feed.announce('tenant:acme');
    feed.announce('tenant:globex');
    await pass(50);
    expect(notified).toBe(1);
  });
});

describe('another life of the server', () => {
  it('is suspected to have lost commits until a look has succeeded', async () => {
    await settle();
    canLook = false;
    life = 'second';
    await pass(600);
    expect(suspected).toBe(1);
    const failed = looks;
    expect(failed).toBeGreaterThan(1);
    canLook = true;
    await pass(300);
    expect(looks).toBe(failed + 1);
    await pass(600);
    expect(looks).toBe(failed + 1);
  });
});
