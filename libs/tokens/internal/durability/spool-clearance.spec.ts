import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import type { ChangeFeed, LostCommits, RefusedWrites, ReplicaSession } from '#database';
import type { GrantSpool } from '#spool';
import { sampleRecord } from '#tokens/testing';
import { Drain } from './drain.js';
import { HeldAnswers } from './held-answers.js';
import type { TokensOptions } from '../../options.js';
import { SpoolReplay } from './spool-replay.js';

const ownAttempt = { attemptOpen: true, attemptProcessId: 'this process' } as const;
const otherAttempt = { attemptOpen: true, attemptProcessId: 'another process' } as const;

let clock: ManualClock;
let isHeld: boolean;
let isBlind: boolean;
let refusedAt: number;
let secondsSinceFailover: number;
let databaseBack: () => void;
let replay: SpoolReplay;

beforeEach(() => {
  clock = new ManualClock();
  clock.advance(60_000);
  isHeld = false;
  isBlind = false;
  refusedAt = -Infinity;
  secondsSinceFailover = Infinity;
  const spool: Pick<GrantSpool, 'replay' | 'holds' | 'attemptOwners'> = {
    replay: async () => ({ replayed: 0, aside: 0, failed: isHeld ? 1 : 0, blind: isBlind }),
    holds: () => isHeld,
    attemptOwners: () => new Set(),
  };
  const session = { processId: 'this process', holdAnswersOf: () => undefined } as unknown as ReplicaSession;
  const changes = { onDatabaseBack: (callback: () => void) => void (databaseBack = callback) };
  const refused: Pick<RefusedWrites, 'lastAt'> = { lastAt: () => refusedAt };
  const lost: LostCommits = { mayBeRecent: (withinSeconds) => secondsSinceFailover < withinSeconds };
  replay = new SpoolReplay(
    spool as GrantSpool,
    {} as never,
    {} as never,
    {} as never,
    new Drain(clock),
    session,
    clock,
    changes as unknown as ChangeFeed,
    refused,
    new HeldAnswers(spool as GrantSpool, session),
    lost,
    { timeoutSeconds: 5 } as TokensOptions,
  );
});

describe('a refresh token', () => {
  it.each([
    ['shows no attempt', {}],
    ['shows an attempt of this process', ownAttempt],
    ['shows an attempt of another process', otherAttempt],
  ])('may be sent where nothing of the connection waits in the spool and its row %s', async (_, changes) => {
    expect(await replay.isClearFor(sampleRecord(changes))).toBe(true);
  });

  // A failover may have lost the attempt that the answer is about.
  it.each([
    ['shows no attempt', {}],
    ['shows an attempt of this process', ownAttempt],
    ['shows an attempt of another process', otherAttempt],
  ])(
    'is not sent while an answer of the connection waits in the spool, though its row %s',
    async (_, changes) => {
      isHeld = true;
      expect(await replay.isClearFor(sampleRecord(changes))).toBe(false);
    },
  );

  it.each([
    ['is sent where the row shows no attempt', {}, true],
    ['is not sent where the row shows one of this process', ownAttempt, false],
    ['is not sent where the row shows one of another process', otherAttempt, false],
  ])('%s while nobody can look into the spool', async (_, changes, isClear) => {
    isBlind = true;
    expect(await replay.isClearFor(sampleRecord(changes))).toBe(isClear);
  });

  it.each([
    ['the database is back', backAfterAnOutage],
    [
      'the database refused a write',
      () => {
        refusedAt = clock.monotonicMilliseconds();
      },
    ],
  ])('of an attempt of another process is not sent for ten seconds after %s', async (_, happen) => {
    happen();
    expect(await replay.isClearFor(sampleRecord(ownAttempt))).toBe(true);
    clock.advance(9_999);
    expect(await replay.isClearFor(sampleRecord(otherAttempt))).toBe(false);
    clock.advance(1);
    expect(await replay.isClearFor(sampleRecord(otherAttempt))).toBe(true);
  });
});

describe('after a failover that may have lost attempts', () => {
  it('no refresh token is sent until the calls that were under way have ended', async () => {
    secondsSinceFailover = 19;
    expect(await replay.isClearFor(sampleRecord({}))).toBe(false);
    secondsSinceFailover = 20;
    expect(await replay.isClearFor(sampleRecord({}))).toBe(true);
  });
});

/** The first answer of the database ends no outage. */
function backAfterAnOutage(): void {
  databaseBack();
  databaseBack();
}
