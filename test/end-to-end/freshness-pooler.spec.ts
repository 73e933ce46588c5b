import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { Pooler, poolerMissing } from '../network/pooler.js';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { prepareEndings, readOn } from './freshness-endings.js';
import { startPlatform, type Platform } from './platform.js';

const missing = poolerMissing();
const watchedMilliseconds = 2_000;

describe('the tests behind a pooler', () => {
  it('run, or say here that they can not', () => {
    if (missing !== null) process.stderr.write(`\n${missing}. What needs a pooler was NOT tested.\n\n`);
    expect(missing ?? '').not.toContain('EACCES');
  });
});

(missing === null ? describe : describe.skip)(
  'replicas behind a pooler that gives each transaction another session',
  () => {
    let database: TestDatabase;
    let pooler: Pooler;
    const opened: Platform[] = [];

    beforeAll(async () => {
      database = await createTestDatabase();
      pooler = await Pooler.start(database.url);
    });

    afterAll(async () => {
      await pooler.stop();
      await database.drop();
    });

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((platform) => platform.close()));
    });

    it.each([
      ['with a direct way beside it', (): string => database.url],
      [
        'and no direct way: LISTEN and the session lock mean nothing',
        (): string => pooler.urlOf(database.url),
      ],
    ])('serve nothing old a second after it ended, %s', async (_what, directUrl) => {
      const platform = await startReplicas(directUrl());
      const [acting, reading] = platform.brokers;
      if (acting === undefined || reading === undefined) throw new Error('two replicas are needed');
      const endings = await prepareEndings(acting, reading, platform.sandbox);
      const stories = endings.map(async (ending) => {
        await ending.end();
        const answeredAt = performance.now();
        const reads = await readOn(
          ending,
          answeredAt,
          () => performance.now() < answeredAt + watchedMilliseconds,
        );
        return { story: ending.name, wrong: reads.filter((read) => !ending.isTruth(read)) };
      });
      for (const { story, wrong } of await Promise.all(stories))
        expect({ story, wrong }).toEqual({ story, wrong: [] });
    });

    it('publish no lock where their session is not their own: it could be free while they live', async () => {
      const platform = await startReplicas(pooler.urlOf(database.url));
      await eventually(async () => (await platform.broker.token('nobody')).status === 404);
      expect(await heldLocks()).toBe(0);
      await platform.close();
      const direct = await startReplicas(database.url);
      await eventually(async () => (await heldLocks()) === direct.brokers.length);
    });

    async function startReplicas(directUrl: string): Promise<Platform> {
      const ways = { DATABASE_URL: pooler.urlOf(database.url), DATABASE_DIRECT_URL: directUrl };
      const platform = await startPlatform({
        replicas: 2,
        databaseUrl: database.url,
        variables: { ...ways, DESKERA_TIMEOUT_SECONDS: '2', UPKEEP_ENABLED: 'false' },
      });
      opened.push(platform);
      return platform;
    }

    async function heldLocks(): Promise<number> {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query<{ count: number }>(
        `SELECT count(*)::int FROM pg_locks
        WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      await client.end();
      return rows[0]?.count ?? 0;
    }
  },
);
