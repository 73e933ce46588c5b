import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UpkeepBench } from '#tokens/testing';

let bench: UpkeepBench;

beforeEach(async () => {
  bench = await UpkeepBench.open(2);
});

afterEach(() => bench.close());

describe('the upkeep', () => {
  it('takes what has been due longest first', async () => {
    const waits = [300, 5, 900, 60, 1];
    const waitOf = new Map<string, number>();
    for (const secondsAgo of waits) {
      const connectionId = await bench.connected();
      await bench.dueSince(secondsAgo, connectionId);
      waitOf.set((await bench.read(connectionId)).fingerprint ?? '', secondsAgo);
    }
    bench.deskera.calls.length = 0;
    await bench.sweep();
    expect(bench.deskera.calls.map(({ sent }) => waitOf.get(sent.fingerprint()))).toEqual([
      900, 300, 60, 5, 1,
    ]);
  });
});
