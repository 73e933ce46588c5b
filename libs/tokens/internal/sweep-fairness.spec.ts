import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { UpkeepBench } from '#tokens/testing';
import { Upkeep } from '../upkeep.js';

let bench: UpkeepBench;

beforeEach(async () => {
  bench = await UpkeepBench.open(8);
});

afterEach(() => bench.close());

describe('the upkeep', () => {
  it('of twenty others does not wait for one whose call does not end', async () => {
    const stuck = await bench.connected();
    const others: string[] = [];
    for (let other = 0; other < 20; other += 1) others.push(await bench.connected());
    await bench.dueSince(60, stuck);
    await bench.dueSince(1, ...others);
    const held = bench.deskera.holdNext('validate');
    const round = bench.replica.get(Upkeep).sweep();
    await held.arrived;
    try {
      await eventually(async () => (await bench.countDue(others)) === 0);
      expect(await bench.countDue([stuck])).toBe(1);
    } finally {
      held.release();
      await round;
    }
  });
});
