import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import type { DeskeraOptions } from '../options.js';
import type { Slot, SlotUse } from '../slots.js';
import { ConcurrencyLimiter } from './concurrency-limiter.js';

function slotsOf(maxConcurrency: number) {
  const clock = new ManualClock();
  const slots = new ConcurrencyLimiter({ maxConcurrency } as DeskeraOptions, clock);
  const order: string[] = [];
  const held: Slot[] = [];
  const ask = async (name: string, use: SlotUse, wait = 1_000): Promise<void> => {
    const slot = await slots.take(use, wait);
    order.push(slot === null ? `${name} left` : name);
    if (slot !== null) held.push(slot);
  };
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, slots, order, held, ask, settle };
}

describe('the slots', () => {
  it.each([
    { most: 1, upkeep: 1 },
    { most: 2, upkeep: 1 },
    { most: 3, upkeep: 2 },
    { most: 4, upkeep: 3 },
    { most: 8, upkeep: 6 },
    { most: 32, upkeep: 24 },
  ])('of $most give upkeep $upkeep at most', async ({ most, upkeep }) => {
    const { slots } = slotsOf(most);
    expect(slots.free('on_demand')).toBe(most);
    expect(slots.free('upkeep')).toBe(upkeep);
    for (let taken = 0; taken < upkeep; taken += 1) expect(await slots.take('upkeep', 0)).not.toBeNull();
    expect(await slots.take('upkeep', 0)).toBeNull();
    expect(slots.free('on_demand')).toBe(most - upkeep);
  });

  it('go to whoever waited longest', async () => {
    const { order, held, ask, settle } = slotsOf(1);
    const asked = [ask('a', 'on_demand'), ask('b', 'upkeep'), ask('c', 'on_demand'), ask('d', 'upkeep')];
    await settle();
    for (let given = 0; given < 4; given += 1) {
      held.shift()?.release();
      await settle();
    }
    await Promise.all(asked);
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  it('let an on-demand call pass upkeep that has its share', async () => {
    const { order, ask, settle, slots } = slotsOf(2);
    void ask('upkeep 1', 'upkeep');
    void ask('upkeep 2', 'upkeep');
    void ask('on demand', 'on_demand');
    await settle();
    expect(order).toEqual(['upkeep 1', 'on demand']);
    expect(slots.free('on_demand')).toBe(0);
  });

  it('are waited for as long as was said', async () => {
    const { clock, order, held, ask, settle, slots } = slotsOf(1);
    void ask('first', 'on_demand');
    void ask('impatient', 'on_demand', 100);
    void ask('patient', 'on_demand', 1_000);
    await settle();
    clock.advance(100);
    await settle();
    expect(order).toEqual(['first', 'impatient left']);
    held.shift()?.release();
    await settle();
    expect(order).toEqual(['first', 'impatient left', 'patient']);
    clock.advance(10_000);
    held.shift()?.release();
    expect(slots.free('on_demand')).toBe(1);
  });

  it('tell of one that nobody waited for', async () => {
    const { slots, held, ask, settle } = slotsOf(1);
    const told: string[] = [];
    void ask('first', 'on_demand');
    void ask('second', 'on_demand');
    await settle();
    void slots.untilOneIsFree().then(() => told.push('free'));
    held.shift()?.release();
    await settle();
    expect(told).toEqual([]);
    held.shift()?.release();
    await settle();
    expect(told).toEqual(['free']);
  });

  it('are given back once, however often they are released', async () => {
    const { slots } = slotsOf(2);
    const slot = await slots.take('on_demand', 0);
    await slots.take('on_demand', 0);
    slot?.release();
    slot?.release();
    expect(slots.free('on_demand')).toBe(1);
  });

  it('have a queue that ends', async () => {
    const { slots } = slotsOf(1);
    await slots.take('on_demand', 0);
    const waiting = Array.from({ length: 32 }, () => slots.take('on_demand', 1_000));
    expect(await slots.take('on_demand', 1_000)).toBeNull();
    const upkeep = slots.take('upkeep', 1_000);
    expect(await Promise.race([...waiting, upkeep, Promise.resolve('all wait')])).toBe('all wait');
  });
});
