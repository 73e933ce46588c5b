import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SystemClock } from '#kernel';
import { RecordedMetrics } from '#observability/testing';
import type { DeliveryOutcome, TriedDelivery } from './webhook-deliveries.js';
import { FakeDeliveries } from '../testing/index.js';
import { OutcomeKeeper } from './outcome-keeper.js';
import { WakeUp } from './wake-up.js';

let store: FakeDeliveries;
let wakeUp: WakeUp;
let metrics: RecordedMetrics;
let keeper: OutcomeKeeper;

beforeEach(() => {
  const clock = new SystemClock();
  store = new FakeDeliveries();
  wakeUp = new WakeUp(clock);
  metrics = new RecordedMetrics();
  keeper = new OutcomeKeeper(store, wakeUp, metrics, clock);
});

function tried(kind: 'delivered' | 'gone' = 'delivered'): TriedDelivery {
  const outcome: DeliveryOutcome = { kind, status: kind === 'gone' ? 410 : 204, error: null };
  const event = {
    eventId: randomUUID(),
    type: 'connection.connected',
    at: new Date(),
    tenantId: 'acme',
    connectionId: randomUUID(),
    orgId: null,
    orgName: null,
    number: 1,
    detail: {},
  } as const;
  const deliveryId = randomUUID();
  const job = { id: randomUUID(), retryCount: 0, deliveryId };
  const claimed = {
    deliveryId,
    endpointId: 'an-endpoint',
    url: 'https://hooks.example/',
    openSecrets: () => Promise.resolve([]),
    event,
    attempts: 0,
    roundAttempts: 0,
    roundSeconds: 0,
    job,
  };
  return { claimed, outcome };
}

async function keep(...all: readonly TriedDelivery[]): Promise<readonly number[]> {
  await Promise.all(all.map((each) => keeper.keep(each)));
  return store.concluded.map(({ length }) => length);
}

describe('outcomes', () => {
  it('that come together are kept together, so many at most', async () => {
    expect(await keep(...Array.from({ length: 40 }, () => tried()))).toEqual([32, 8]);
    expect(metrics.lines).toEqual(Array.from({ length: 40 }, () => 'webhook delivered'));
  });

  it('are told only where they were kept', async () => {
    store.answer = () => ({ kept: [false, true], madeDue: false });
    await keep(tried(), tried('delivered'));
    expect(metrics.lines).toEqual(['webhook delivered']);
  });

  it('of an endpoint that is gone are kept by themselves', async () => {
    expect(await keep(tried(), tried(), tried('gone'), tried())).toEqual([2, 1, 1]);
    expect(store.concluded[1]).toMatchObject([{ outcome: { kind: 'gone' } }]);
  });

  it('are kept one by one where somebody holds who waits for one of them', async () => {
    store.answer = ({ length }) => (length > 1 ? 'held' : { kept: [true], madeDue: false });
    expect(await keep(tried(), tried())).toEqual([2, 1, 1]);
    expect(metrics.lines).toHaveLength(2);
  });

  it('are not forgotten for what is wrong with another', async () => {
    const broken = tried();
    store.answer = (batch) => {
      if (batch.includes(broken)) throw new Error('a defect');
      return { kept: [true], madeDue: false };
    };
    expect(await keep(tried(), broken, tried())).toEqual([3, 1, 1, 1]);
    expect(metrics.lines).toHaveLength(2);
  });

  it('are news only where somebody waited for one of them', async () => {
    await keep(tried());
    expect(wakeUp.news).toBe(0);
    store.answer = () => ({ kept: [true], madeDue: true });
    await keep(tried());
    expect(wakeUp.news).toBe(1);
  });

  it('that wait in number let nothing new begin', async () => {
    const all = Array.from({ length: 64 }, () => keeper.keep(tried()));
    expect(keeper.isFull).toBe(true);
    await Promise.all(all);
    expect(keeper.isFull).toBe(false);
  });
});
