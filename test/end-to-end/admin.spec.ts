import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import type { Answer, BrokerClient } from './broker-client.js';
import { startPlatform, type Platform } from './platform.js';

let platform: Platform;
let broker: BrokerClient;

beforeAll(async () => {
  platform = await startPlatform();
  ({ broker } = platform);
  for (const tenantId of ['alpha', 'beta', 'gamma']) await broker.connect(tenantId);
});

afterAll(async () => {
  await platform.close();
});

describe('the list of connected orgs', () => {
  it('goes through all of them page by page, once each', async () => {
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { json } = await broker.call('GET', `/admin/api/connections?limit=2${cursor}`);
      seen.push(...items(json).map((item) => item['tenantId']));
      cursor = typeof json['nextCursor'] === 'string' ? `&cursor=${json['nextCursor']}` : '';
    } while (cursor !== '');
    expect(seen).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('shows what an operator needs, and no token', async () => {
    const { json } = await broker.call('GET', '/admin/api/connections?q=ALPHA');
    expect(json).toEqual({
      items: [
        {
          connectionId: expect.any(String),
          tenantId: 'alpha',
          org: { id: expect.any(String), name: expect.any(String) },
          email: expect.anything(),
          apiVersion: 'v1',
          status: 'connected',
          reason: null,
          connectedAt: expect.any(String),
          verifiedAt: expect.any(String),
          expiresAt: expect.any(String),
          refreshedAt: null,
          nextCheckAt: expect.any(String),
          consecutiveFailures: 0,
          lastError: null,
        },
      ],
      nextCursor: null,
    });
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=nonsense', 'status=unknown'])(
    'refuses %s',
    async (query) => {
      const { status, json } = await broker.call('GET', `/admin/api/connections?${query}`);
      expect(status).toBe(400);
      expect(json['code']).toMatch(/invalid_(request|cursor)/);
    },
  );

  it('finds nothing for a search that only looks like a pattern', async () => {
    expect(items((await broker.call('GET', '/admin/api/connections?q=%25')).json)).toEqual([]);
  });
});

describe('one connection', () => {
  it('can be checked and refreshed now, and its history tells of it', async () => {
    const id = await idOf('alpha');
    const checked = await broker.call('POST', `/admin/api/connections/${id}/check`);
    expect(checked).toMatchObject({ status: 200, json: { status: 'connected' } });
    const refreshed = await broker.call('POST', `/admin/api/connections/${id}/refresh`);
    expect(refreshed).toMatchObject({ status: 200, json: { refreshedAt: expect.any(String) } });
    const { json } = await broker.call('GET', `/admin/api/connections/${id}/events`);
    expect(items(json).map((event) => event['kind'])).toEqual(['refreshed', 'connected']);
  });

  it('that is disconnected is gone from the list, and listed by its status', async () => {
    const id = await idOf('beta');
    expect((await broker.call('DELETE', `/admin/api/connections/${id}`)).status).toBe(204);
    expect(await broker.call('DELETE', `/admin/api/connections/${id}`)).toMatchObject({
      status: 404,
      json: { code: 'connection_not_found' },
    });
    const listed = await broker.call('GET', '/admin/api/connections?status=disconnected');
    expect(items(listed.json).map((item) => item['tenantId'])).toEqual(['beta']);
    expect(await broker.token('beta')).toMatchObject({ status: 404 });
  });

  it.each(['nonsense', '0e3f2f6e-0000-4000-8000-000000000001'])(
    'that does not exist (%s) is a 404',
    async (id) => {
      expect(await broker.call('GET', `/admin/api/connections/${id}`)).toMatchObject({
        status: 404,
        json: { code: 'connection_not_found' },
      });
    },
  );
});

describe('the summary', () => {
  it('counts by status', async () => {
    await eventually(async () => {
      const { json } = await broker.call('GET', '/admin/api/summary');
      return JSON.stringify(json).includes('"connected":2');
    });
  });
});

async function idOf(tenantId: string): Promise<string> {
  const { json } = await broker.call('GET', `/admin/api/connections?q=${tenantId}`);
  return String(items(json)[0]?.['connectionId']);
}

function items(json: Answer['json']): Record<string, unknown>[] {
  return json['items'] as Record<string, unknown>[];
}
