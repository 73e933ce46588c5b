import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.js';
import { scheduleOf } from './schedule.js';
import { testedSeconds, testedSeed, times, undyingReplica } from './settings.js';

const breakages = [
  'kill',
  'pause',
  'cut half_open',
  'cut stall',
  'cut reset',
  'restart_database',
  'kill_database',
  'stop',
  'fail_over_database',
  'return_late_to_database',
  'refuse_writes_of_database',
  'step_clock_of_database',
  'orphan_answer',
] as const;
const doneByDeskera = [
  'crowd',
  'disable_user',
  'disconnect',
  'expire',
  'fault',
  'gateway',
  'latency',
  'reconnect_during_refresh',
  'revoke',
] as const;

describe('a schedule', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(scheduleOf(7, 60, 500)).toEqual(scheduleOf(7, 60, 500));
    expect(scheduleOf(8, 60, 500)).not.toEqual(scheduleOf(7, 60, 500));
  });

  it('is in order', () => {
    const steps = scheduleOf(1, 600, 500);
    expect(steps).toEqual(steps.toSorted((a, b) => a.at - b.at));
  });

  it('holds every breakage and all that Deskera does in the minute that is among the tests', () => {
    expect(kindsOf(testedSeed, testedSeconds)).toEqual([...breakages, ...doneByDeskera].toSorted());
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('holds every breakage in a minute of seed %i', (seed) => {
    expect(kindsOf(seed, 60)).toEqual(expect.arrayContaining([...breakages]));
  });

  it('pauses for longer than a lease and shorter than a take-over, and lets one replica live', () => {
    for (const { deed } of scheduleOf(2, 600, 500)) {
      if (deed.kind === 'kill') expect(deed.replica).not.toBe(undyingReplica);
      if (deed.kind !== 'pause') continue;
      expect(deed.milliseconds).toBeGreaterThan(times.leaseSeconds * 1_000);
      expect(deed.milliseconds).toBeLessThan(times.takeoverSeconds * 1_000);
    }
  });
});

describe('the command line', () => {
  it('asks for ten minutes, 500 connections and any seed where it says nothing', () => {
    const { seconds, connections, seed } = readOptions([], () => undefined);
    expect({ seconds, connections }).toEqual({ seconds: 600, connections: 500 });
    expect(seed).toBeGreaterThanOrEqual(0);
  });

  it('takes a seed and a length, and nothing that is no number', () => {
    expect(readOptions(['--seed', '5', '--seconds', '60'], () => undefined)).toMatchObject({
      seed: 5,
      seconds: 60,
    });
    expect(() => readOptions(['--seed', 'x'], () => undefined)).toThrow('--seed');
  });
});

function kindsOf(seed: number, seconds: number): readonly string[] {
  const deeds = scheduleOf(seed, seconds, 500).map(({ deed }) => deed);
  const kinds = deeds.map((deed) => (deed.kind === 'cut' ? `cut ${deed.how}` : deed.kind));
  return [...new Set(kinds)].toSorted();
}
