import { Deskera, DeskeraGate, DeskeraSlots } from '#deskera';
import { FakeGate } from '#deskera/testing';
import { Clock } from '#kernel';
import { BrokerMetrics } from '#observability';
import { SilentMetrics } from '#observability/testing';
import {
  ChangeFeed,
  DatabaseReadiness,
  DatabaseTime,
  LostCommits,
  RefusedWrites,
  ReplicaSession,
} from '#database';
import {
  ConnectionAdoptions,
  ConnectionLeases,
  ConnectionListing,
  ConnectionReads,
  ConnectionSaves,
  ConnectSessionStore,
  type StateFailure,
} from '#connections';
import { GrantSpool, type SpooledGrant } from '#spool';
import type { ClockContinuity } from '#database/sql';
import { TokensOptions } from '#tokens';
import { sampleOptions } from '#tokens/testing';
import { DatabaseCall } from './database-call.js';
import { DeskeraCalls } from './deskera-calls.js';
import { DiskCall } from './disk-call.js';
import { recordFailure } from './memory-sessions.js';
import { MemorySpool, type Disk } from './memory-spool.js';
import { memoryStore, type Wire } from './memory-store.js';
import type { ModelFeed } from './model-feed.js';
import type { Protocol } from './protocol.js';
import type { Caller } from './surroundings.js';
import { WiredReplica } from './wired-replica.js';

/** Nothing is served from the cache here, and a big one takes longer to make than a whole run. */
const options = sampleOptions({ cacheMaxTokens: 1 });

/** The real tokens room of one process, whose calls go through the world. */
export function roomOf(process: Caller, feed: ModelFeed, continuity: ClockContinuity): WiredReplica {
  const { world, clock } = process;
  const { database } = world;
  const wire: Wire = (statement, execute) => DatabaseCall.make(process, statement, execute);
  const session = {
    processId: process.name,
    heldLockKey: () => (database.locks.has(process.name) ? process.name : null),
    holdAnswersOf: (processIds: ReadonlySet<string>) => {
      process.holdAnswersOf(processIds);
    },
  };
  const store = memoryStore({ database, session, clock, continuity, wire, newId: () => world.newId() });
  const now = () => database.now();
  const steadySeconds = () => continuity.steadySeconds(clock.monotonicMilliseconds());
  const room = new WiredReplica(
    [
      [Clock, clock],
      [TokensOptions, options],
      [Deskera, new DeskeraCalls(process)],
      [DeskeraGate, new FakeGate()],
      [BrokerMetrics, new SilentMetrics()],
      [
        DeskeraSlots,
        {
          most: () => 8,
          free: () => 8,
          take: () => Promise.resolve({ release: () => undefined }),
          untilOneIsFree: () => new Promise(() => undefined),
        },
      ],
      [DatabaseTime, { now, nowMilliseconds: () => now().getTime(), steadySeconds }],
      [DatabaseReadiness, { isAccepted: () => true }],
      [ReplicaSession, session],
      [RefusedWrites, { lastAt: () => process.refusedAt }],
      [LostCommits, { mayBeRecent: (seconds: number) => database.hasLostCommitsWithin(seconds) }],
      [ChangeFeed, feed],
      [GrantSpool, spoolOf(process)],
      [ConnectSessionStore, sessionsOf(process, wire)],
      [ConnectionLeases, store.leases],
      [ConnectionSaves, store.saves],
      [ConnectionAdoptions, store.adoptions],
      [ConnectionReads, store.reads],
      [ConnectionListing, { prune: () => Promise.resolve() }],
    ],
    // Jitter without dice, so that a run can be replayed.
    { CircumstancesNow: { get: () => ({ options, now: now(), random: 0.5 }) } },
  );
  spoil(room, database.protocol);
  return room;
}

function spoil(room: WiredReplica, { spoolGoesFirst }: Protocol): void {
  if (spoolGoesFirst === false) room.spoil('SpoolReplay', { isClearFor: () => () => Promise.resolve(true) });
  if (spoolGoesFirst === 'for_open_attempts')
    room.spoil('SpoolReplay', {
      isClearFor: (real) => (record) => (record.attemptOpen ? real(record) : Promise.resolve(true)),
    });
}

function spoolOf(process: Caller): MemorySpool {
  const { world, clock, machine } = process;
  const { database } = world;
  const disk: Disk = (step, execute) => DiskCall.make(process, step, execute);
  const handing = (grant: SpooledGrant) => {
    if (!database.protocol.spoolKeepsTheRule) database.unruled.add(grant);
  };
  const spool = new MemorySpool({
    folder: machine.folder,
    disk,
    clock,
    newName: () => world.newId(),
    handing,
    hasKey: () => !machine.lacksKey,
  });
  if (!database.protocol.unreadableEntriesCount) spool.holds = () => false;
  return spool;
}

function sessionsOf({ world: { database } }: Caller, wire: Wire) {
  return {
    recordFailure: (failure: StateFailure) =>
      wire('record the failure of a connect', () => recordFailure(database, failure)),
  };
}
