import { describe, expect, it } from '@jest/globals';
import { webhookEventTypes } from '#connections';
import { type WebhookEventRecord } from './webhook-deliveries.js';
import { describedMessages } from '../../../test/openapi/described-api.js';
import { misfit } from '../../../test/openapi/schema-judge.js';
import { webhookBody } from './webhook-body.js';

const event: WebhookEventRecord = {
  eventId: '7f0f3b8e-6a9e-4d2b-9d5c-0a1b2c3d4e5f',
  type: 'connection.connected',
  at: new Date('2026-11-23T11:00:00Z'),
  tenantId: 'acme',
  connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-0a1b2c3d4e5f',
  orgId: '11242',
  orgName: null,
  number: 7,
  detail: { reason: 'grant_revoked', replaced: true, token: 'not-to-be-told' },
};

describe('the body of a webhook', () => {
  it.each(webhookEventTypes)('of %s is as the document says, with and without an org', async (type) => {
    const described = (await describedMessages()).get(type);
    const schema = described?.requestBody?.content['application/json']?.schema ?? { not: {} };
    for (const orgId of ['11242', null]) {
      const body = webhookBody({ ...event, type, orgId });
      expect(misfit(schema, JSON.parse(body))).toBeNull();
      expect(body).not.toContain('not-to-be-told');
    }
  });

  it('says why only where that is what it tells', () => {
    const { data } = JSON.parse(webhookBody({ ...event, type: 'connection.reconnect_required' })) as {
      data: object;
    };
    expect(data).toMatchObject({ status: 'reconnect_required', reason: 'grant_revoked', number: 7 });
    expect(data).not.toHaveProperty('replaced');
    expect(JSON.parse(webhookBody(event))).toMatchObject({ data: { reason: null, replaced: true } });
  });
});
