import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import type { ChangeFeed, ChangeListener, DatabaseReadiness, WebhookDeliveryStore } from '#store';
import type { NotificationsOptions } from '../options.js';
import { OutboxRelay } from './outbox-relay.js';
import { WakeUp } from './wake-up.js';

const options = { deliver: true, pollMilliseconds: 5_000 } as NotificationsOptions;

let clock: ManualClock;
let looks: number;
let feed: ChangeListener | undefined;
let relay: OutboxRelay;

beforeEach(async () => {
  clock = new ManualClock();
  looks = 0;
  feed = undefined;
  const deliveries: Pick<WebhookDeliveryStore, 'relay' | 'recoverLost' | 'prune'> = {
    relay: async () => {
      looks += 1;
      return 0;
    },
    recoverLost: async () => undefined,
    prune: async () => false,
  };
  const changes: Pick<ChangeFeed, 'subscribe'> = { subscribe: (listener) => void (feed = listener) };
  const readiness: Pick<DatabaseReadiness, 'whenAccepted'> = {
    whenAccepted: (callback) => {
      callback();
    },
  };
  relay = new OutboxRelay(
    deliveries as WebhookDeliveryStore,
    changes as ChangeFeed,
    readiness as DatabaseReadiness,
    new WakeUp(clock),
    options,
    clock,
  );
  relay.onApplicationBootstrap();
  await pass(100);
});

afterEach(() => relay.onModuleDestroy());

describe('the relay of webhooks', () => {
  it.each([
    ['a change', () => feed?.changed('tenant:acme')],
    ['changes that may have been missed', () => feed?.reset()],
  ])('looks into the outbox at once when the change feed tells about %s', async (_, tell) => {
    expect(looks).toBe(1);
    tell();
    await pass(0);
    expect(looks).toBe(2);
  });

  it('looks once for all changes that come within its spacing', async () => {
    for (let change = 0; change < 50; change += 1) feed?.changed('tenant:acme');
    await pass(0);
    for (let change = 0; change < 50; change += 1) feed?.changed('tenant:acme');
    await pass(99);
    expect(looks).toBe(2);
    await pass(1);
    expect(looks).toBe(3);
  });

  it('looks on its own time where nothing is told', async () => {
    await pass(24_999);
    expect(looks).toBe(1);
    await pass(1);
    expect(looks).toBe(2);
  });
});

/** What is awaited has its turns before and after. */
async function pass(milliseconds: number): Promise<void> {
  await turns();
  clock.advance(milliseconds);
  await turns();
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
