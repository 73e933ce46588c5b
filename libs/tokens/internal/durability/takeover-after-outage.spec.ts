import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import type { SpoolReplay as Replayed } from '#spool';
import { sampleOptions, sampleRecord } from '#tokens/testing';
import { SpoolReplay } from './spool-replay.js';

const nothing: Replayed = { replayed: 0, aside: 0, failed: 0, blind: false };

/** @returns the replay, and what the feed does when the database answers again */
function replayOf(replayed: Replayed, holds: boolean) {
  const clock = new ManualClock();
  const spool = { replay: async () => replayed, holds: () => holds };
  let back: () => void = () => undefined;
  const changes = {
    onDatabaseBack: (callback: () => void) => {
      back = callback;
    },
  };
  let refusedAt = -Infinity;
  const refused = { lastAt: () => refusedAt };
  const held = { tell: () => undefined };
  let lostAt = -Infinity;
  const lost = {
    mayBeRecent: (seconds: number) => clock.monotonicMilliseconds() - lostAt < seconds * 1_000,
  };
  const options = sampleOptions({ timeoutSeconds: 5 });
  const session = { processId: 'this one' };
  const parts = [spool, {}, {}, {}, {}, session, clock, changes, refused, held, lost, options] as never[];
  const replay = new SpoolReplay(...(parts as unknown as ConstructorParameters<typeof SpoolReplay>));
  const isClear = (attemptProcessId = 'another', attemptOpen = true) =>
    replay.isClearFor(sampleRecord({ attemptOpen, attemptProcessId }));
  const databaseRefuses = () => {
    refusedAt = clock.monotonicMilliseconds();
  };
  const commitsAreLost = () => {
    lostAt = clock.monotonicMilliseconds();
  };
  return { clock, isClear, databaseRefuses, commitsAreLost, databaseAnswers: () => back() };
}

describe('an open attempt is not to be taken over', () => {
  it.each([
    ['while its answer waits in the spool', nothing, true],
    ['while nobody knows what waits there', { ...nothing, blind: true }, false],
  ])('%s', async (_, replayed, holds) => {
    expect(await replayOf(replayed, holds).isClear()).toBe(false);
  });

  it('until others had the time to store what they held through an outage', async () => {
    const { clock, isClear, databaseAnswers } = replayOf(nothing, false);
    databaseAnswers();
    expect(await isClear()).toBe(true);
    databaseAnswers();
    clock.advance(9_999);
    expect(await isClear()).toBe(false);
    expect(await isClear('this one')).toBe(true);
    clock.advance(1);
    expect(await isClear()).toBe(true);
  });

  it('until others had the time to store what they held while the database refused to write', async () => {
    const { clock, isClear, databaseRefuses } = replayOf(nothing, false);
    databaseRefuses();
    clock.advance(9_999);
    expect(await isClear()).toBe(false);
    expect(await isClear('this one')).toBe(true);
    clock.advance(1);
    expect(await isClear()).toBe(true);
  });
});

describe('a refresh whose row shows no attempt', () => {
  it('is held up by an answer in the spool all the same: a failover may have lost the attempt', async () => {
    expect(await replayOf(nothing, true).isClear('another', false)).toBe(false);
  });

  it('waits after a failover for three times as long as a call may take, and for its answer to be stored', async () => {
    const { clock, isClear, commitsAreLost } = replayOf(nothing, false);
    commitsAreLost();
    clock.advance(19_999);
    expect(await isClear('this one', false)).toBe(false);
    clock.advance(1);
    expect(await isClear('this one', false)).toBe(true);
  });

  it('is not held up by a spool that can not be looked at, nor by an outage', async () => {
    const { isClear, databaseAnswers } = replayOf({ ...nothing, blind: true }, false);
    databaseAnswers();
    databaseAnswers();
    expect(await isClear('another', false)).toBe(true);
  });
});
