import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HandOutTally } from './hand-out-tally.js';

const noon = Date.parse('2026-11-23T12:00:00Z');
const hour = 3_600_000;

describe('hand-outs in memory', () => {
  it('are counted by hour, actor and connection, with the newest fingerprint', () => {
    const tally = new HandOutTally(10);
    tally.add(noon + 1, 'key:a', 'c1', 'f1');
    tally.add(noon + 3, 'key:a', 'c1', 'f3');
    tally.add(noon + 2, 'key:a', 'c1', 'f2');
    tally.add(noon + hour, 'key:a', 'c1', 'f4');
    tally.add(noon + 5, 'admin_key', 'c1', 'f5');
    expect(tally.size).toBe(3);
    const first = { actor: 'key:a', connectionId: 'c1', hour: new Date(noon) };
    expect(tally.take(10)).toEqual([
      { ...first, count: 3, lastFingerprint: 'f3', lastAt: new Date(noon + 3) },
      { ...first, actor: 'admin_key', count: 1, lastFingerprint: 'f5', lastAt: new Date(noon + 5) },
      {
        ...first,
        hour: new Date(noon + hour),
        count: 1,
        lastFingerprint: 'f4',
        lastAt: new Date(noon + hour),
      },
    ]);
    expect([tally.size, tally.take(10)]).toEqual([0, []]);
  });

  it('are dropped by the oldest hour where there are too many, and told', () => {
    const tally = new HandOutTally(3);
    for (const connection of ['c1', 'c2']) tally.add(noon, 'key:a', connection, 'f');
    tally.add(noon, 'key:a', 'c1', 'f');
    tally.add(noon + hour, 'key:a', 'c1', 'f');
    tally.add(noon + hour, 'key:a', 'c1', 'f');
    expect(tally.takeDropped()).toBe(0);
    tally.add(noon + hour, 'key:a', 'c2', 'f');
    expect(tally.takeDropped()).toBe(3);
    expect(tally.takeDropped()).toBe(0);
    expect(tally.take(10).map(({ connectionId, count }) => [connectionId, count])).toEqual([
      ['c1', 2],
      ['c2', 1],
    ]);
  });

  it('are neither more nor fewer than were counted, however they are taken out, and never too many', () => {
    const added = fc.record({
      kind: fc.constant('add' as const),
      hours: fc.nat(3),
      actor: fc.constantFrom('key:a', 'key:b', 'admin_key'),
      connection: fc.constantFrom('c1', 'c2', 'c3'),
    });
    const taken = fc.record({ kind: fc.constant('take' as const), limit: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(added, added, taken)), fc.integer({ min: 1, max: 12 }), (steps, most) => {
        const tally = new HandOutTally(most);
        const out: number[] = [];
        for (const step of steps) {
          if (step.kind === 'add') tally.add(noon + step.hours * hour, step.actor, step.connection, 'f');
          else out.push(...checked(tally, step.limit));
          if (tally.size > most) return false;
        }
        while (tally.size > 0) out.push(...checked(tally, 2));
        const sum = out.reduce((one, other) => one + other, tally.takeDropped());
        return sum === steps.filter(({ kind }) => kind === 'add').length;
      }),
    );
  });
});

/** Takes some out, each different, the oldest hours first. */
function checked(tally: HandOutTally, limit: number): number[] {
  const before = tally.size;
  const taken = tally.take(limit);
  expect(taken).toHaveLength(Math.min(limit, before));
  expect(tally.size).toBe(before - taken.length);
  const hours = taken.map(({ hour: start }) => start.getTime());
  expect(hours).toEqual(hours.toSorted((one, other) => one - other));
  const names = taken.map((each) => `${each.hour.toISOString()} ${each.actor} ${each.connectionId}`);
  expect(new Set(names).size).toBe(names.length);
  return taken.map(({ count }) => count);
}
