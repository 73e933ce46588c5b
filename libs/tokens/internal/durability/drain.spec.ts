import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { Drain } from './drain.js';

describe('a drain', () => {
  it('is over at once where nothing is under way', async () => {
    await new Drain(new ManualClock()).until(() => [null]);
  });

  it('waits for what ends, and for what that has begun', async () => {
    const [first, second] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const left: Promise<unknown>[] = [first.promise];
    let isOver = false;
    const draining = new Drain(new ManualClock()).until(() => left).then(() => (isOver = true));
    left.push(second.promise);
    void left.shift();
    first.resolve(undefined);
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    void left.pop();
    second.resolve(undefined);
    await draining;
  });

  it('has one time limit for all who wait, one after the other too', async () => {
    const clock = new ManualClock();
    const drain = new Drain(clock);
    const never = [new Promise<never>(() => undefined)];
    const first = drain.until(() => never);
    clock.advance(20_000);
    await first;
    await drain.until(() => never);
  });
});
