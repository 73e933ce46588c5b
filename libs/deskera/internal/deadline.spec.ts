import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { startDeadline } from './deadline.js';

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function start(bytesRead: () => number = () => 0) {
  const clock = new ManualClock();
  const seen = { given: 0 };
  const cancel = startDeadline(clock, 1_000, bytesRead, () => {
    seen.given += 1;
  });
  return { clock, cancel, seen };
}

describe('a deadline', () => {
  it('leaves the loop two turns to read what arrived', async () => {
    const { clock, seen } = start();
    clock.advance(1_000);
    await turns(1);
    expect(seen.given).toBe(0);
    await turns(2);
    expect(seen.given).toBe(1);
  });

  it('waits on while the turns bring bytes, but not for ever', async () => {
    let bytes = 0;
    const { clock, seen } = start(() => (bytes += 1));
    clock.advance(1_000);
    await turns(50);
    expect(seen.given).toBe(0);
    await turns(60);
    expect(seen.given).toBe(1);
  });

  it('that is called off in the last turn gives nothing up', async () => {
    const { clock, cancel, seen } = start();
    clock.advance(1_000);
    await turns(1);
    cancel();
    await turns(5);
    expect(seen.given).toBe(0);
  });

  it('does nothing before its time', async () => {
    const { clock, seen } = start();
    clock.advance(999);
    await turns(5);
    expect(seen.given).toBe(0);
  });
});
