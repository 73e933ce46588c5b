import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, get } from 'node:http';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { connectOrg } from './connect-org.js';
import { startProcesses, type ProcessPlatform } from './process-platform.js';
import { ReadLoad, tally } from './read-load.js';

const inFlight = 4_000;
const rounds = 3;
/** A page, one that is gone or unknown, or a refusal before it cost anything. */
const answered = new Set<number | null>([200, 404, 410, 503]);
const tenants = ['acme', 'globex', 'initech'];

let database: TestDatabase;
let platform: ProcessPlatform;

beforeAll(async () => {
  database = await createTestDatabase();
  platform = await startProcesses({ databaseUrl: database.url, replicas: 1 });
  const [broker] = platform.brokers;
  if (broker === undefined) throw new Error('there is no broker');
  for (const [index, tenantId] of tenants.entries())
    await connectOrg(broker, platform.sandbox, tenantId, String(60_000 + index));
});

afterAll(async () => {
  await platform.close();
  await database.drop();
});

/** @returns the status; null where the connection was refused */
function open(url: string, agent: Agent): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.once('close', () => {
        resolve(response.statusCode ?? null);
      });
    });
    request.once('error', () => {
      resolve(null);
    });
  });
}

describe('thousands of public pages that are asked for at once', () => {
  it('turn no hot read into an error', async () => {
    const [base = ''] = platform.brokers.map(({ url }) => url);
    const pages = [`${base}/connect/a-link-that-nobody-made`, `${base}/connected?session=made-up`];
    const load = new ReadLoad(platform.brokers, tenants, ['', '', '', '']);
    const agent = new Agent({ maxSockets: inFlight });
    const statuses = new Map<number | null, number>();
    for (let round = 0; round < rounds; round += 1) {
      const asked = Array.from({ length: inFlight }, (_, index) =>
        open(pages[index % pages.length] ?? '', agent),
      );
      for (const status of await Promise.all(asked)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    agent.destroy();
    const reads = await load.stop();
    expect(tally(reads)).toEqual({ '200 good': reads.length });
    expect(reads.length).toBeGreaterThan(0);
    expect([...statuses.keys()].filter((status) => !answered.has(status))).toEqual([]);
  });
});
