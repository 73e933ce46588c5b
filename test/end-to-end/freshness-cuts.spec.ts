import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually, slowness } from '#kernel/testing';
import { CuttableLink, type Cut } from '../chaos/cuttable-link.js';
import { throughPort } from '../network/through-port.js';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { prepareEndings, readOn, type Read } from './freshness-endings.js';
import { startPlatform, type Platform } from './platform.js';

/** Long enough that a busy machine gets to see it: the ending, and a second after it, come first. */
const serveWithoutDatabaseSeconds = Math.ceil(5 * slowness());
/** Longer than anything may be served from memory, and a poll's whole patience beside. */
const cutMilliseconds = (serveWithoutDatabaseSeconds + 3) * 1_000;
/** What ended must not come back once the replica has seen it end: it is read on for so long after that. */
const watchedMilliseconds = 1_200;

let database: TestDatabase;
let link: CuttableLink;
let platform: Platform;

beforeAll(async () => {
  database = await createTestDatabase();
  link = await CuttableLink.open(Number(new URL(database.url).port));
  platform = await startPlatform({
    replicas: 2,
    databaseUrl: database.url,
    variables: {
      DESKERA_TIMEOUT_SECONDS: '1',
      SERVE_WITHOUT_DATABASE_SECONDS: String(serveWithoutDatabaseSeconds),
      UPKEEP_ENABLED: 'false',
    },
    variablesOf: (replica) => (replica === 1 ? { DATABASE_URL: throughPort(database.url, link.port) } : {}),
  });
});

afterAll(async () => {
  await platform.close();
  await link.close();
  await database.drop();
});

describe('a replica that is cut off from the database while another ends a token or a key', () => {
  it.each<[string, Cut]>([
    ['half-open sockets', 'half_open'],
    ['a network that breaks', 'reset'],
    ['a network that stalls, and delivers everything later', 'stall'],
  ])(
    'says that it is, stops in time, and never serves it again once it has seen it end: %s',
    async (_what, how) => {
      const [acting, reading] = platform.brokers;
      if (acting === undefined || reading === undefined) throw new Error('two replicas are needed');
      const endings = await prepareEndings(acting, reading, platform.sandbox);
      const cutAt = performance.now();
      link.cut(how);
      let mendedAt = Infinity;
      const stories = endings.map(async (ending) => {
        await ending.end();
        const answeredAt = performance.now();
        const beganIn = (read: Read): number => read.beganAfter + answeredAt;
        const reads = await readOn(ending, answeredAt, () => performance.now() < mendedAt);
        await eventually(async () => ending.isTruth(await ending.read()));
        const recoveredAt = performance.now();
        const later = await readOn(
          ending,
          answeredAt,
          () => performance.now() < recoveredAt + watchedMilliseconds,
        );
        return { ending, reads: reads.map((read) => ({ ...read, began: beganIn(read) - cutAt })), later };
      });
      // The cut's length is the point.
      await wait(Math.max(0, cutAt + cutMilliseconds - performance.now()));
      link.mend();
      mendedAt = performance.now();
      for (const { ending, reads, later } of await Promise.all(stories)) {
        const old = reads.filter((read) => read.old);
        // A key that was let in for lack of a database may meet a token that is proven again.
        const undeclared = old.filter((read) => read.degraded !== 'database_unavailable');
        const story = ending.name;
        const degraded = old.filter((read) => read.degraded === 'database_unavailable');
        expect(reads.length).toBeGreaterThan(10);
        // What is remembered is served, and is said to be. Where the sockets only fall silent, it takes three seconds to
        // know that, and a service's caller waits for its key before it waits for the token: the time is over by then.
        if (story !== 'key revoked' || how === 'reset')
          expect({ story, degraded: degraded.length > 0 }).toEqual({ story, degraded: true });
        if (story !== 'key revoked') expect({ story, undeclared }).toEqual({ story, undeclared: [] });
        const latest = serveWithoutDatabaseSeconds * 1_000;
        expect({ story, late: old.filter(({ began }) => began > latest) }).toEqual({ story, late: [] });
        expect(later.length).toBeGreaterThan(5);
        expect({ story, again: later.filter((read) => read.old) }).toEqual({ story, again: [] });
      }
    },
  );
});
