import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { UpkeepBench } from '#tokens/testing';
import { Upkeep } from '../../upkeep.js';

let bench: UpkeepBench;

beforeEach(async () => {
  bench = await UpkeepBench.open(8);
});

afterEach(() => bench.close());

describe('the upkeep', () => {
  it('of twenty others does not wait for one whose call does not end', async () => {
    const all: string[] = [];
    for (let made = 0; made < 21; made += 1) all.push(await bench.connected());
    await bench.dueSince(60, ...all);
    // Their calls go out side by side: whichever comes first is the one that hangs.
    const held = bench.deskera.holdNext('validate');
    const round = bench.replica.get(Upkeep).sweep();
    await held.arrived;
    try {
      await eventually(async () => (await bench.countDue(all)) === 1);
    } finally {
      held.release();
      await round;
    }
    expect(await bench.countDue(all)).toBe(0);
  });
});
