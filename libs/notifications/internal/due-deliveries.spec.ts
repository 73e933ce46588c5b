import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { FakeDeliveries } from '../testing/index.js';
import { DueDeliveries } from './due-deliveries.js';
import { EndpointSlots } from './endpoint-slots.js';
import { WakeUp } from './wake-up.js';

const options = {
  deliver: true,
  allowedNetworks: [],
  pausesSeconds: [],
  tryForSeconds: 0,
  answerSeconds: 15,
  pollMilliseconds: 1_000,
};

let clock: ManualClock;
let wakeUp: WakeUp;
let store: FakeDeliveries;
let slots: EndpointSlots;
let due: DueDeliveries;

beforeEach(() => {
  clock = new ManualClock();
  wakeUp = new WakeUp(clock);
  store = new FakeDeliveries();
  slots = new EndpointSlots(1);
  due = new DueDeliveries(store, wakeUp, options, clock);
});

describe('what is due', () => {
  it('is not asked for again where there was nothing', async () => {
    expect(await due.claim(slots)).toBe('nothing');
    slots.take('busy');
    expect(await due.claim(slots)).toBe('nothing');
    expect(store.asked).toEqual([{ except: [], most: 1 }]);
  });

  it('is asked for when an endpoint that was left aside has a slot again', async () => {
    slots.take('busy');
    await due.claim(slots);
    slots.giveBack('busy');
    await due.claim(slots);
    expect(store.asked.map(({ except }) => except)).toEqual([['busy'], []]);
  });

  it('is asked for when there is news, be it while the answer was on its way', async () => {
    const asked = due.claim(slots);
    wakeUp.call();
    await asked;
    await due.claim(slots);
    wakeUp.nudge();
    await due.claim(slots);
    expect(store.asked).toHaveLength(2);
  });

  it('is asked for in any case after a while', async () => {
    await due.claim(slots);
    clock.advance(999);
    await due.claim(slots);
    expect(store.asked).toHaveLength(1);
    clock.advance(1);
    await due.claim(slots);
    expect(store.asked).toHaveLength(2);
  });

  it('is asked for again at once where there was something, even if it had become pointless', async () => {
    store.found = [];
    await due.claim(slots);
    await due.claim(slots);
    expect(store.asked).toHaveLength(2);
  });
});
