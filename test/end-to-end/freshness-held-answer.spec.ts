import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '#kernel/testing';
import { SelectiveLink } from '../network/selective-link.js';
import { throughPort } from '../network/through-port.js';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import type { BrokerClient } from './broker-client.js';
import { connectOrg, disconnectOrg } from './connect-org.js';
import { hasHeard } from './has-heard.js';
import { startPlatform, type Platform } from './platform.js';

const shortCut = { statement: 'connection_good_tokens', query: '' };
/** It is taken where the query needs more than a look. */
const ordinaryWay = { statement: 'connection_servable', query: '?minTtlSeconds=%330' };

let database: TestDatabase;
let link: SelectiveLink;
let platform: Platform;
let acting: BrokerClient;
let reading: BrokerClient;
let lastTenant = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  link = await SelectiveLink.open(Number(new URL(database.url).port));
  platform = await startPlatform({
    replicas: 2,
    databaseUrl: database.url,
    variables: { UPKEEP_ENABLED: 'false' },
    variablesOf: (replica) => (replica === 1 ? { DATABASE_URL: throughPort(database.url, link.port) } : {}),
  });
  [acting, reading] = platform.brokers as [BrokerClient, BrokerClient];
});

afterAll(async () => {
  await platform.close();
  await link.close();
  await database.drop();
});

describe('the answer to a SELECT that is held back while the token it shows ends elsewhere', () => {
  it.each([
    ['comes by the short cut, within the time for which it may still be read', shortCut, 0],
    ['comes by the short cut, after it', shortCut, 900],
    ['comes by the ordinary way, within the time for which it may still be read', ordinaryWay, 0],
    ['comes by the ordinary way, after it', ordinaryWay, 900],
  ])('fills no cache, where it %s', async (_what, { statement, query }, heldMilliseconds) => {
    const tenantId = await connected();
    await hasHeard(reading);
    link.holdAnswersTo(statement);
    const early = reading.token(tenantId, query);
    await eventually(() => link.holds);
    await disconnectOrg(acting, tenantId);
    await hasHeard(reading);
    // So long that what it shows is too old to be read: that is the point.
    await wait(heldMilliseconds);
    link.release();
    // It began before the disconnect: it may have been early enough.
    const { status } = await early;
    expect(heldMilliseconds === 0 ? [200, 404] : [404]).toContain(status);
    for (let read = 0; read < 5; read += 1) expect((await reading.token(tenantId)).status).toBe(404);
  });
});

async function connected(): Promise<string> {
  lastTenant += 1;
  const tenantId = `held-${String(lastTenant)}`;
  await connectOrg(acting, platform.sandbox, tenantId, String(820_000 + lastTenant));
  return tenantId;
}
