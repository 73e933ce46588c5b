import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { NotificationsBench, WebhookReceiver } from '../testing/index.js';

let database: TestDatabase;
let bench: NotificationsBench;
let receiver: WebhookReceiver;

beforeEach(async () => {
  database = await createTestDatabase();
  bench = await NotificationsBench.open(database.url);
  receiver = await WebhookReceiver.start();
});

afterEach(async () => {
  await bench.close();
  await receiver.close();
  await database.drop();
});

async function arrivals(count: number): Promise<void> {
  await eventually(() => receiver.received.length >= count);
}

describe('a webhook', () => {
  it('tells of a change, signed, without a token', async () => {
    const { secret } = await bench.create(receiver.url);
    const connectionId = await bench.connect({ tenantId: 'acme', token: 'a-token', refreshToken: 'another' });
    await arrivals(1);
    const [webhook] = receiver.received;
    if (webhook === undefined) throw new Error('it arrived');
    WebhookReceiver.verify(webhook, secret.reveal());
    expect(webhook.event).toEqual({
      type: 'connection.connected',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        tenantId: 'acme',
        connectionId,
        org: { id: '11242', name: 'Singapore Org' },
        status: 'connected',
        reason: null,
        number: 1,
        replaced: false,
      },
    });
    expect(webhook.body).not.toMatch(/a-token|another|person@/);
  });

  it('tells only what it was made for', async () => {
    const other = await WebhookReceiver.start();
    await bench.create(receiver.url, ['connection.disconnected']);
    await bench.create(other.url);
    await bench.disconnect(await bench.connect());
    await eventually(() => other.received.length === 2 && receiver.received.length === 1);
    expect(receiver.received[0]?.event.type).toBe('connection.disconnected');
    await other.close();
  });

  it('is signed by both secrets during a roll-over, and by the new one after it', async () => {
    const { endpointId, secret: first } = await bench.create(receiver.url);
    const { number, secret: second } = await bench.webhooks.addSecret(endpointId);
    expect(number).toBe(2);
    await expect(bench.webhooks.addSecret(endpointId)).rejects.toMatchObject({
      code: 'webhook_secrets_full',
    });
    await bench.connect();
    await arrivals(1);
    const [both] = receiver.received;
    if (both === undefined) throw new Error('it arrived');
    for (const secret of [first, second]) WebhookReceiver.verify(both, secret.reveal());

    await bench.webhooks.removeSecret(endpointId, 1);
    await expect(bench.webhooks.removeSecret(endpointId, 1)).rejects.toMatchObject({
      code: 'webhook_secret_not_found',
    });
    await expect(bench.webhooks.removeSecret(endpointId, 2)).rejects.toMatchObject({
      code: 'webhook_last_secret',
    });
    await bench.connect();
    await arrivals(2);
    const one = receiver.received[1];
    if (one === undefined) throw new Error('it arrived');
    WebhookReceiver.verify(one, second.reveal());
    expect(() => {
      WebhookReceiver.verify(one, first.reveal());
    }).toThrow();
    expect((await bench.webhooks.addSecret(endpointId)).number).toBe(3);
  });
});

describe('the order', () => {
  it('is that of the connection, as long as what came before is delivered', async () => {
    receiver.reply = ({ id }) => (receiver.received.filter((each) => each.id === id).length < 1 ? 500 : 204);
    await bench.create(receiver.url);
    const connections = await Promise.all([1, 2, 3].map(() => bench.connect()));
    await Promise.all(connections.map((connectionId) => bench.disconnect(connectionId)));
    await eventually(() => receiver.accepted().size === 6);
    for (const connectionId of connections) {
      const numbers = receiver.received
        .filter(({ event }) => event.data['connectionId'] === connectionId)
        .map(({ event }) => event.data['number']);
      expect(numbers).toEqual([1, 1, 2, 2]);
    }
  });

  it('waits for the first three tries of what came before, and no longer', async () => {
    receiver.reply = ({ event }) => (event.data['number'] === 1 ? 500 : 204);
    const { endpointId } = await bench.create(receiver.url);
    await bench.disconnect(await bench.connect());
    await eventually(() => receiver.accepted().size === 1);
    const numbers = receiver.received.map(({ event }) => event.data['number']);
    expect(numbers.indexOf(2)).toBeGreaterThanOrEqual(3);
    expect(numbers.slice(0, 3)).toEqual([1, 1, 1]);
    // That the second was accepted is kept a moment after the endpoint has said so.
    await eventually(async () => (await bench.log(endpointId, 'pending')).items.length === 1);
    const { items } = await bench.log(endpointId, 'pending');
    expect(items).toMatchObject([
      { number: 1, status: 'pending', lastStatus: 500, lastError: 'not_accepted' },
    ]);
  });
});

describe('an endpoint that answers 410', () => {
  it('is disabled, and what waits for it parked; enabled, it is told what comes', async () => {
    receiver.reply = () => 410;
    const { endpointId } = await bench.create(receiver.url);
    await bench.disconnect(await bench.connect());
    await eventually(async () => (await bench.log(endpointId, 'parked')).items.length === 2);
    expect(await bench.webhooks.list()).toMatchObject([{ endpointId, disabledReason: 'gone' }]);
    expect(receiver.received).toHaveLength(1);
    await eventually(() => bench.metrics.lines.includes('webhook gone'));
    const [parked] = (await bench.log(endpointId)).items;
    await expect(bench.webhooks.redeliver(endpointId, parked?.deliveryId ?? '')).rejects.toMatchObject({
      code: 'webhook_disabled',
    });

    receiver.reply = () => 204;
    await bench.webhooks.enable(endpointId);
    expect(await bench.webhooks.list()).toMatchObject([{ disabledAt: null, disabledReason: null }]);
    const connectionId = await bench.connect();
    await eventually(() => receiver.received.at(-1)?.event.data['connectionId'] === connectionId);
  });
});

describe('a deleted endpoint', () => {
  it('is called no more', async () => {
    receiver.reply = () => 500;
    const { endpointId } = await bench.create(receiver.url);
    await bench.connect();
    await arrivals(1);
    await bench.webhooks.remove(endpointId);
    await expect(bench.log(endpointId)).rejects.toMatchObject({ code: 'webhook_not_found' });
    await expect(bench.webhooks.remove(endpointId)).rejects.toMatchObject({ code: 'webhook_not_found' });
    // What was under way may have its end; another endpoint's delivery shows that time has passed for this one too.
    const other = await WebhookReceiver.start();
    await bench.create(other.url);
    await bench.connect();
    await eventually(() => other.received.length === 1);
    const before = receiver.received.length;
    await bench.connect();
    await eventually(() => other.received.length === 2);
    expect(receiver.received.length).toBeLessThanOrEqual(before + 1);
    await other.close();
    for (let step = 0; step < 3; step += 1) await bench.deliveries.prune(30);
    expect(await bench.webhooks.list()).toHaveLength(1);
  });
});
