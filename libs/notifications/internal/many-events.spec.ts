import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { NotificationsBench, WebhookReceiver, type ReceivedWebhook } from '../testing/index.js';

let database: TestDatabase;
let bench: NotificationsBench;
const receivers: WebhookReceiver[] = [];
/** For a thousand deliveries, half of them in vain: a minute where the machine does nothing else. */
const longMilliseconds = 600_000;

beforeEach(async () => {
  database = await createTestDatabase();
  // No call is given up: the receiver learns of that later than the sender, and would count one more.
  bench = await NotificationsBench.open(database.url, { answerSeconds: 3_600 });
});

afterEach(async () => {
  await bench.close();
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  await database.drop();
});

async function receiver(reply?: WebhookReceiver['reply']): Promise<WebhookReceiver> {
  const started = await WebhookReceiver.start(reply);
  receivers.push(started);
  return started;
}

/** Connections that are connected and disconnected: two events each. */
async function change(connections: number): Promise<void> {
  for (let made = 0; made < connections; made += 10) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        await bench.disconnect(await bench.connect());
      }),
    );
  }
}

/** The numbers of each connection in the order in which they were accepted. */
function acceptedOrders(webhooks: readonly ReceivedWebhook[]): Map<string, number[]> {
  const orders = new Map<string, number[]>();
  for (const { event } of webhooks) {
    const connectionId = String(event.data['connectionId']);
    orders.set(connectionId, [...(orders.get(connectionId) ?? []), Number(event.data['number'])]);
  }
  return orders;
}

describe('an endpoint that fails half of the time', () => {
  it(
    'gets all of 1,000 events, from two replicas',
    async () => {
      let calls = 0;
      const failing = await receiver(() => ((calls += 1) % 2 === 0 ? 204 : 500));
      await bench.create(failing.url);
      await bench.addReplica({ answerSeconds: 3_600 });
      await change(500);
      await eventually(() => failing.accepted().size === 1_000, longMilliseconds);
      const orders = [...acceptedOrders(failing.received).values()];
      expect(orders).toHaveLength(500);
      for (const numbers of orders) expect(new Set(numbers)).toEqual(new Set([1, 2]));
    },
    2 * longMilliseconds,
  );
});

describe('an endpoint that never answers', () => {
  it('holds up no other, and is not called more often than it may be', async () => {
    const [dead, living] = [await receiver(() => 'hang'), await receiver()];
    await bench.create(dead.url);
    await change(50);
    await eventually(() => dead.open > 0);
    await bench.create(living.url);
    await change(50);
    await eventually(() => living.accepted().size === 100);
    expect(dead.mostOpen).toBeLessThanOrEqual(4);
    expect(dead.accepted().size).toBe(0);
  });
});

describe('many events of one connection', () => {
  it('arrive one after the other', async () => {
    const { url, received } = await receiver();
    await bench.create(url);
    const connection = { tenantId: 'acme' };
    for (let count = 0; count < 20; count += 1) {
      await bench.disconnect(await bench.connect({ ...connection, connectNumber: count * 10_000 + 1 }));
    }
    await eventually(() => received.length === 40);
    const [numbers] = [...acceptedOrders(received).values()];
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });
});
