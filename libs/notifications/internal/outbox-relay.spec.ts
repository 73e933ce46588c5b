import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '#kernel/testing';
import type { ChangeFeed, ChangeListener, DatabaseReadiness } from '#database';
import type { WebhookDeliveryStore } from './webhook-deliveries.js';
import type { NotificationsOptions } from '../options.js';
import { OutboxRelay } from './outbox-relay.js';
import { WakeUp } from './wake-up.js';

let feed: ChangeListener;
let relayed: number;
let clock: ManualClock;
let relay: OutboxRelay;

beforeEach(() => {
  clock = new ManualClock();
  relayed = 0;
  const deliveries = {
    relay: async () => {
      relayed += 1;
      return 0;
    },
    recoverLost: async () => undefined,
    prune: async () => false,
  };
  const changes = {
    subscribe: (listener: ChangeListener) => {
      feed = listener;
    },
  };
  const readiness = {
    whenAccepted: (callback: () => void) => {
      callback();
    },
  };
  relay = new OutboxRelay(
    deliveries as unknown as WebhookDeliveryStore,
    changes as unknown as ChangeFeed,
    readiness as unknown as DatabaseReadiness,
    new WakeUp(clock),
    { deliver: true, pollMilliseconds: 10_000 } as NotificationsOptions,
    clock,
  );
});

afterEach(async () => {
  const stopped = relay.onModuleDestroy();
  clock.advance(1_000);
  await stopped;
});

/** Lets everything go on that waits for no time, and passes the pause between two looks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await setImmediate();
    clock.advance(100);
  }
}

describe('the relay of events to webhooks', () => {
  it.each([
    ['a change', () => feed.changed('tenant:acme')],
    ['a reset of the change feed', () => feed.reset()],
  ])('looks again at once after %s, and not only at its poll', async (_, happens) => {
    relay.onApplicationBootstrap();
    await settle();
    const before = relayed;
    happens();
    await settle();
    expect(relayed).toBeGreaterThan(before);
  });
});
