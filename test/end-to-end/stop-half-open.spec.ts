import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { slowness } from '#kernel/testing';
import { CuttableLink } from '../chaos/cuttable-link.js';
import { throughPort } from '../network/through-port.js';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import type { BrokerClient } from './broker-client.js';
import { startProcesses, type ProcessPlatform } from './process-platform.js';

let database: TestDatabase;
let link: CuttableLink;
let platform: ProcessPlatform;

beforeAll(async () => {
  database = await createTestDatabase();
  link = await CuttableLink.open(Number(new URL(database.url).port));
  platform = await startProcesses({ databaseUrl: throughPort(database.url, link.port), replicas: 1 });
});

afterAll(async () => {
  await platform.close();
  await link.close();
  await database.drop();
});

describe('a broker whose connections to the database went dead unseen', () => {
  it('ends soon and in order when it is told to: no goodbye waits for ever', async () => {
    const [broker] = platform.brokers as [BrokerClient];
    // Idle connections, as many as the pool has.
    await Promise.all(Array.from({ length: 40 }, () => broker.call('GET', '/v1/tenants/nobody/connections')));
    link.cut('half_open');
    const from = performance.now();
    expect(await platform.replicas[0]?.stop()).toBe(true);
    expect((performance.now() - from) / slowness()).toBeLessThan(10_000);
  });
});
