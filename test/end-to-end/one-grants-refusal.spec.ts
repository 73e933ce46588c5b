import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { callBack } from './connect-org.js';
import { startPlatform, type Platform } from './platform.js';

const orgs = Array.from({ length: 25 }, (_, index) => String(70_000 + index));
const disabled = '69999';
const asking = '?maxVerifiedAgeSeconds=0';
const userIsDisabled = { error: 'unauthorized', error_description: 'User is disabled' };

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});

afterAll(() => platform.close());

/** @returns the status of a callback: 303 leads a V2 person on */
async function connect(orgId: string, apiVersion: 'v1' | 'v2', tenantId = tenantOf(orgId)): Promise<number> {
  const { broker, sandbox } = platform;
  const { status } = await callBack(broker, sandbox, tenantId, orgId, apiVersion);
  return status;
}

function tenantOf(orgId: string): string {
  return `tenant-of-${orgId}`;
}

async function refuse(
  operation: 'refresh' | 'validate' | 'exchange',
  body: unknown,
  orgId?: string,
): Promise<void> {
  await platform.sandbox.fault({
    operation,
    kind: 'status',
    status: 401,
    times: 1_000,
    body,
    ...(orgId === undefined ? {} : { orgId }),
  });
}

describe('a user whom Deskera refuses with a 401', () => {
  it('stops no connect and no read of anybody else on V1 and V2', async () => {
    const { broker, sandbox } = platform;
    await connect(disabled, 'v2');
    await refuse('refresh', userIsDisabled, disabled);
    await sandbox.expire(disabled);
    const statuses = new Map<string, number>();
    for (const [index, orgId] of orgs.entries()) {
      await broker.token(tenantOf(disabled), asking);
      statuses.set(orgId, await connect(orgId, index % 2 === 0 ? 'v2' : 'v1'));
    }
    expect([...statuses].filter(([, status]) => status >= 400)).toEqual([]);
    for (const orgId of orgs) {
      await sandbox.expire(orgId);
      await broker.token(tenantOf(disabled), asking);
      const { status, json } = await broker.token(tenantOf(orgId), asking);
      expect({ orgId, status, degraded: json['degraded'] }).toEqual({ orgId, status: 200, degraded: null });
    }
    await sandbox.clearFaults();
  });
});

describe('a gateway that answers 401 to everything for eight seconds', () => {
  it.each([
    ['a page', '90001', '<html><body>Authorization required</body></html>'],
    ['JSON', '90002', { message: 'Unauthorized' }],
    ['nothing', '90003', ''],
  ])('takes no connection away and blames no client: %s', async (_, after, body) => {
    const { broker, sandbox } = platform;
    await sandbox.clearFaults();
    for (const operation of ['refresh', 'validate', 'exchange'] as const) await refuse(operation, body);
    const until = performance.now() + 8_000;
    for (let round = 0; performance.now() < until; round += 1) {
      const orgId = orgs[round % orgs.length] ?? '';
      const { json } = await broker.token(tenantOf(orgId), asking);
      expect(json['code'] ?? json['degraded']).not.toMatch(/client_refused/);
      if (round % 5 === 0) await connect(String(80_000 + round), 'v2');
    }
    await sandbox.clearFaults();
    expect(await connect(after, 'v2')).toBeLessThan(400);
    const connected = async (): Promise<boolean> => {
      const asked = await Promise.all(orgs.map((orgId) => broker.token(tenantOf(orgId))));
      return asked.every(({ status }) => status === 200);
    };
    await eventually(connected);
    const { json } = await broker.call('GET', '/admin/api/connections?status=reconnect_required');
    expect(json['items']).toEqual([]);
  });
});
