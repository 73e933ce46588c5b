import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, slowness } from '#kernel/testing';
import { SelectiveLink } from '../network/selective-link.js';
import { throughPort } from '../network/through-port.js';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import type { BrokerClient } from './broker-client.js';
import { prepareEndings, readOn } from './freshness-endings.js';
import { startPlatform, type Platform } from './platform.js';

/** All that is read begins within this time after the ending. */
const watchedMilliseconds = 4_000;
/** Seldom: many reads would find the dead connections one by one, and end them. */
const everyMilliseconds = 300;
/** Until it tells the truth, counted from the ending's answer. */
const recoveryMilliseconds = 8_000;

/** What asks the database anew each time, all at once: afterwards the pool is full of connections that can go dead. */
async function fillPool(broker: BrokerClient): Promise<void> {
  await Promise.all(Array.from({ length: 60 }, () => broker.call('GET', '/v1/tenants/nobody/connections')));
}

let database: TestDatabase;
let link: SelectiveLink;
let platform: Platform;

beforeAll(async () => {
  database = await createTestDatabase();
  link = await SelectiveLink.open(Number(new URL(database.url).port));
  platform = await startPlatform({
    replicas: 2,
    databaseUrl: database.url,
    variables: { DESKERA_TIMEOUT_SECONDS: '2', UPKEEP_ENABLED: 'false' },
    variablesOf: (replica) => (replica === 1 ? { DATABASE_URL: throughPort(database.url, link.port) } : {}),
  });
});

afterAll(async () => {
  await platform.close();
  await link.close();
  await database.drop();
});

describe('a replica whose connections to the database went dead unseen, while new ones work', () => {
  it('is not cut off: it serves nothing old, and finds its way back by itself', async () => {
    const [acting, reading] = platform.brokers;
    if (acting === undefined || reading === undefined) throw new Error('two replicas are needed');
    const endings = await prepareEndings(acting, reading, platform.sandbox);
    await fillPool(reading);
    link.strand();
    const stories = endings.map(async (ending) => {
      await ending.end();
      const answeredAt = performance.now();
      const recovered = eventually(async () => ending.isTruth(await ending.read())).then(
        () => performance.now() - answeredAt,
      );
      const reads = await readOn(
        ending,
        answeredAt,
        () => performance.now() < answeredAt + watchedMilliseconds,
        everyMilliseconds,
      );
      return { story: ending.name, reads, recovered: await recovered };
    });
    const ended = await Promise.all(stories);
    const latest = recoveryMilliseconds * slowness();
    for (const { story, reads, recovered } of ended) {
      expect({ story, old: reads.filter((read) => read.old) }).toEqual({ story, old: [] });
      expect({ story, inTime: recovered < latest, recovered }).toMatchObject({ inTime: true });
    }
  });
});
