import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeDeskera, passing } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { eventually } from '#kernel/testing';
import { RecordedMetrics } from '#observability/testing';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { Connections } from '../../connections.js';
import { DeskeraTokens, type TokenRequest } from '../../deskera-token.js';

let database: TestDatabase;
let deskera: FakeDeskera;
let metrics: RecordedMetrics;
let replica: TestReplica;
let tenantId: TenantId;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  deskera = new FakeDeskera({ now: () => new Date() });
  metrics = new RecordedMetrics();
  replica = await openTestReplica({ databaseUrl: database.url, deskera, metrics });
  tenantId = randomTenant();
});

afterEach(async () => {
  await replica.close();
});

describe('a read reports', () => {
  it('its result and time, and whether it came from memory', async () => {
    await connectTenant(replica, deskera, { tenantId });
    metrics.lines.length = 0;
    await get();
    expect(metrics.lines).toEqual(['token ok']);
    await fromMemory();
    expect(metrics.lines.slice(-2)).toEqual(['cache hit', 'token ok']);
    expect(metrics.seconds.every((seconds) => seconds >= 0 && seconds < 5)).toBe(true);
  });

  it('the code of its failure', async () => {
    await expect(get()).rejects.toMatchObject({ code: 'not_connected' });
    expect(metrics.lines).toEqual(['token not_connected']);
  });

  it('that it was less than was wanted, and what a check brought', async () => {
    await connectTenant(replica, deskera, { tenantId });
    metrics.lines.length = 0;
    deskera.answerNext('validate', passing('server_error'));
    expect(await get({ maxVerifiedAgeSeconds: 0 })).toMatchObject({ degraded: 'deskera_unavailable' });
    expect(metrics.lines).toEqual(['check unknown', 'token degraded']);
  });
});

describe('a check reports', () => {
  it('that the token is good', async () => {
    const { connectionId } = await connectTenant(replica, deskera, { tenantId });
    metrics.lines.length = 0;
    await replica.get(Connections).checkNow(connectionId);
    expect(metrics.lines).toEqual(['check valid']);
  });

  it('that it is not', async () => {
    const { connectionId } = await connectTenant(replica, deskera, { tenantId });
    metrics.lines.length = 0;
    deskera.answerNext('validate', { kind: 'invalid' });
    await replica.get(Connections).checkNow(connectionId);
    expect(metrics.lines[0]).toBe('check invalid');
  });
});

function get(wish: Partial<TokenRequest> = {}): Promise<unknown> {
  const request = { tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null, ...wish };
  return replica.get(DeskeraTokens).get(request);
}

/** The poll that tells of the connect may still come, and make the replica forget once more. */
async function fromMemory(): Promise<void> {
  await eventually(async () => {
    await get();
    return metrics.lines.includes('cache hit');
  });
}
