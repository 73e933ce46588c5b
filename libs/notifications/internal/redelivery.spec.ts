import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { NotificationsBench, WebhookReceiver } from '../testing/index.js';

let database: TestDatabase;
let bench: NotificationsBench;
let receiver: WebhookReceiver;

beforeEach(async () => {
  database = await createTestDatabase();
  receiver = await WebhookReceiver.start();
});

afterEach(async () => {
  await bench.close();
  await receiver.close();
  await database.drop();
});

describe('a delivery whose day is over', () => {
  it('is parked, and tried anew when an admin asks, under the same id', async () => {
    bench = await NotificationsBench.open(database.url, { tryForSeconds: 2 });
    receiver.reply = () => 503;
    const { endpointId } = await bench.create(receiver.url);
    await bench.connect();
    await eventually(async () => (await bench.log(endpointId, 'parked')).items.length === 1);
    const [parked] = (await bench.log(endpointId)).items;
    if (parked === undefined) throw new Error('it is parked');
    expect(parked).toMatchObject({
      nextAttemptAt: null,
      lastStatus: 503,
      attempts: receiver.received.length,
    });
    expect(parked.attempts).toBeGreaterThanOrEqual(2);
    await eventually(() => bench.metrics.lines.includes('webhook parked'));

    receiver.reply = () => 204;
    await bench.webhooks.redeliver(endpointId, parked.deliveryId);
    await eventually(async () => (await bench.log(endpointId, 'delivered')).items.length === 1);
    const [delivered] = (await bench.log(endpointId)).items;
    expect(delivered).toMatchObject({
      eventId: parked.eventId,
      attempts: parked.attempts + 1,
      lastError: null,
    });
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([parked.eventId]));
  });
});

describe('a redelivery', () => {
  it('sends once more what was delivered', async () => {
    bench = await NotificationsBench.open(database.url);
    const { endpointId } = await bench.create(receiver.url);
    await bench.connect();
    await eventually(async () => (await bench.log(endpointId, 'delivered')).items.length === 1);
    const [delivered] = (await bench.log(endpointId)).items;
    await bench.webhooks.redeliver(endpointId, delivered?.deliveryId ?? '');
    await eventually(() => receiver.received.length === 2);
    expect(receiver.received[0]?.id).toBe(receiver.received[1]?.id);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  });

  it('draws to now what would be tried much later, and lets go on who waits for it', async () => {
    bench = await NotificationsBench.open(database.url, { pausesSeconds: [3_000] });
    receiver.reply = () => (receiver.received.length < 1 ? 500 : 204);
    const { endpointId } = await bench.create(receiver.url);
    await bench.disconnect(await bench.connect());
    await eventually(async () => (await bench.log(endpointId)).items.some(({ attempts }) => attempts === 1));
    const first = (await bench.log(endpointId)).items.find(({ number }) => number === 1);
    await bench.webhooks.redeliver(endpointId, first?.deliveryId ?? '');
    await eventually(async () => (await bench.log(endpointId, 'delivered')).items.length === 2);
  });

  it('of what there is not is refused', async () => {
    bench = await NotificationsBench.open(database.url);
    const { endpointId } = await bench.create(receiver.url);
    const nobody = '3f0f3b8e-6a9e-4d2b-9d5c-000000000000';
    await expect(bench.webhooks.redeliver(endpointId, nobody)).rejects.toMatchObject({
      code: 'webhook_delivery_not_found',
    });
    await expect(bench.webhooks.redeliver(nobody, nobody)).rejects.toMatchObject({
      code: 'webhook_not_found',
    });
  });
});

describe('the log of deliveries', () => {
  it('is paged, newest first, and asked for by status', async () => {
    bench = await NotificationsBench.open(database.url);
    const { endpointId } = await bench.create(receiver.url);
    for (let count = 0; count < 5; count += 1) await bench.connect();
    await eventually(async () => (await bench.log(endpointId, 'delivered')).items.length === 5);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await bench.webhooks.deliveries(endpointId, { status: 'delivered', limit: 2, cursor });
      seen.push(...page.items.map(({ deliveryId }) => deliveryId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual((await bench.log(endpointId)).items.map(({ deliveryId }) => deliveryId));
    expect((await bench.log(endpointId, 'parked')).items).toEqual([]);
    for (const bad of ['x', '', 'YXxi', Buffer.from('2026-99-99 00:00:00+00|x').toString('base64url')]) {
      await expect(
        bench.webhooks.deliveries(endpointId, { status: null, limit: 2, cursor: bad }),
      ).rejects.toMatchObject({ code: 'invalid_cursor' });
    }
  });
});
