import { describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { describedMessages } from './described-api.js';
import { parsed, type ExercisedBroker } from './exercised-broker.js';
import { messageDepartures } from './message-judge.js';

const webhooks = '/admin/api/webhooks';
const nobody = '3f0f3b8e-6a9e-4d2b-9d5c-000000000000';

interface Delivery {
  readonly deliveryId: string;
  readonly connectionId: string;
}

/** @param broker once it is started, and listened to */
export function exerciseWebhooks(broker: () => ExercisedBroker): void {
  describe('webhooks answer as they are described', () => {
    it('from their making to their end', async () => {
      const path = await broker().listen('/short');
      expect((await broker().call('GET', webhooks)).status).toBe(200);
      expect((await broker().call('POST', `${path}/enable`)).status).toBe(204);
      expect(await broker().code('POST', webhooks, { url: 'http://10.0.0.1/' })).toBe(
        'webhook_url_not_allowed',
      );
      expect(await broker().code('POST', webhooks, { url: 'https://10.0.0.1/', events: ['lost'] })).toBe(
        'invalid_request',
      );
      expect((await broker().call('DELETE', path)).status).toBe(204);
      expect(await broker().code('DELETE', path)).toBe('webhook_not_found');
    });

    it('while their secrets are changed', async () => {
      const path = await broker().listen('/rotated');
      expect(await broker().code('DELETE', `${path}/secrets/1`)).toBe('webhook_last_secret');
      expect((await broker().call('POST', `${path}/secrets`)).status).toBe(201);
      expect(await broker().code('POST', `${path}/secrets`)).toBe('webhook_secrets_full');
      expect((await broker().call('DELETE', `${path}/secrets/1`)).status).toBe(204);
      expect(await broker().code('DELETE', `${path}/secrets/1`)).toBe('webhook_secret_not_found');
      await broker().call('DELETE', path);
    });

    it('where there is none', async () => {
      for (const [method, rest] of [
        ['POST', '/enable'],
        ['POST', '/secrets'],
        ['DELETE', '/secrets/1'],
        ['GET', '/deliveries'],
        ['POST', `/deliveries/${nobody}/redeliver`],
      ] as const)
        expect(await broker().code(method, `${webhooks}/${nobody}${rest}`)).toBe('webhook_not_found');
    });

    it('of what they were told, which is told again', async () => {
      const path = await broker().listen('/again');
      const connection = await broker().connect('told', '500');
      const { deliveryId } = await delivery(`${path}/deliveries?status=delivered&limit=200`, connection);
      const before = told('/again').length;
      expect((await broker().call('POST', `${path}/deliveries/${deliveryId}/redeliver`)).status).toBe(202);
      await eventually(() => told('/again').length > before);
      const redeliver = `${webhooks}/deliveries/${deliveryId}/redeliver`;
      expect((await broker().call('POST', redeliver)).status).toBe(202);
      await eventually(() => told('/again').length > before + 1);
      expect(await broker().code('POST', redeliver.replace(deliveryId, nobody))).toBe(
        'webhook_delivery_not_found',
      );
      expect(await broker().code('POST', `${path}/deliveries/${nobody}/redeliver`)).toBe(
        'webhook_delivery_not_found',
      );
      expect(await broker().code('GET', `${path}/deliveries?cursor=nonsense`)).toBe('invalid_cursor');
      await broker().call('DELETE', path);
    });

    it('that want no more', async () => {
      broker().receiver.reply = (webhook) => (webhook.path.endsWith('/gone') ? 410 : 204);
      const path = await broker().listen('/gone');
      const connection = await broker().connect('told', '501');
      const { deliveryId } = await delivery(`${path}/deliveries?status=parked`, connection);
      expect(await broker().code('POST', `${path}/deliveries/${deliveryId}/redeliver`)).toBe(
        'webhook_disabled',
      );
      expect((await broker().call('GET', webhooks)).body).toContain('"disabledReason":"gone"');
      expect((await broker().call('POST', `${path}/enable`)).status).toBe(204);
      await broker().call('DELETE', path);
    });
  });

  it('webhooks tell what the document says they do', async () => {
    const described = await describedMessages();
    const wanted = [...described.keys()].filter((type) => type !== 'connection.expiring');
    const seen = (): Set<string> => new Set(broker().receiver.received.map(({ event }) => event.type));
    await eventually(() => seen().size === wanted.length);
    expect(seen()).toEqual(new Set(wanted));
    for (const webhook of broker().receiver.received) {
      const message = described.get(webhook.event.type);
      expect(message === undefined ? ['is not described'] : messageDepartures(message, webhook)).toEqual([]);
    }
  });

  function told(path: string): unknown[] {
    return broker().receiver.received.filter((webhook) => webhook.path.endsWith(path));
  }

  async function delivery(path: string, connection: string): Promise<Delivery> {
    let found: Delivery | undefined;
    await eventually(async () => {
      const { items } = parsed(await broker().call('GET', path)) as { items?: readonly Delivery[] };
      found = items?.find(({ connectionId }) => connectionId === connection);
      return found !== undefined;
    });
    if (found === undefined) throw new Error('there is no delivery');
    return found;
  }
}
