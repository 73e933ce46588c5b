import { describe, expect, it } from '@jest/globals';
import { EndpointSlots } from './endpoint-slots.js';

function slotsWith(underWay: Readonly<Record<string, number>>): EndpointSlots {
  const slots = new EndpointSlots(4);
  for (const [endpointId, count] of Object.entries(underWay))
    for (let taken = 0; taken < count; taken += 1) slots.take(endpointId);
  return slots;
}

describe('slots', () => {
  it.each([
    [{}, [], 4],
    [{ one: 1 }, [], 3],
    [{ one: 1, other: 3 }, [], 1],
    [{ one: 4 }, ['one'], 4],
    [{ one: 4, other: 2 }, ['one'], 2],
  ])('with %j under way are full for %j, and %d may be taken at once', (underWay, full, most) => {
    const slots = slotsWith(underWay);
    expect(slots.full()).toEqual(full);
    expect(slots.mostAtOnce()).toBe(most);
  });

  it('tell whether something was left aside for want of one', () => {
    const slots = slotsWith({ one: 4 });
    expect(slots.giveBack('one')).toBe(true);
    expect(slots.giveBack('one')).toBe(false);
    expect(slots.mostAtOnce()).toBe(2);
  });
});
