import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually, slowness } from '#kernel/testing';
import { applyMigrations } from '#database/migrate';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { startTestPostgres } from '../postgres/index.js';
import { connectOrg } from './connect-org.js';
import { startProcesses, type ProcessPlatform } from './process-platform.js';
import { isProperAnswer, ReadLoad, tally, type LoadedRead } from './read-load.js';

const timeoutSeconds = 2;
const awayMilliseconds = 1_500;
const recoveryMilliseconds = 5_000;
/** After it is said to be well all is watched for so long. */
const calmMilliseconds = 1_500;
/** Beyond the promise, for the way there and back; several times that where the machine runs other things. */
const toleranceMilliseconds = 1_500;

const tenants = Array.from({ length: 24 }, (_, index) => `restart-${String(index)}`);
/** Hot ones, cold ones (few tokens fit into the memory), and ones who want more than what is stored. */
const queries = [
  '',
  '',
  '?minTtlSeconds=0',
  '?minTtlSeconds=600',
  '?maxVerifiedAgeSeconds=2',
  '?maxVerifiedAgeSeconds=60',
];

let server: LocalPostgres;
let platform: ProcessPlatform;

beforeAll(async () => {
  server = await startTestPostgres();
  const databaseUrl = await server.ensureDatabase('broker');
  await applyMigrations({ databaseUrl });
  platform = await startProcesses({
    databaseUrl,
    replicas: 2,
    variables: { DESKERA_TIMEOUT_SECONDS: String(timeoutSeconds), CACHE_MAX_TOKENS: '8' },
  });
  const [broker] = platform.brokers;
  if (broker === undefined) throw new Error('a broker is needed');
  for (const [index, tenantId] of tenants.entries()) {
    await connectOrg(broker, platform.sandbox, tenantId, String(830_000 + index));
  }
});

afterAll(async () => {
  await platform.close();
  await server.discard();
});

describe('PostgreSQL that is restarted under load', () => {
  it.each([
    ['in order', () => server.stop()],
    ['after it was killed', () => server.kill()],
  ])(
    'costs degraded answers and 503s in time, and all is well again soon after it came back: %s',
    async (how, end) => {
      const load = new ReadLoad(platform.brokers, tenants, queries);
      await eventually(async () => load.reads.length > 200);
      await end();
      // How long it is away is the point.
      await wait(awayMilliseconds);
      await server.restart();
      const backAt = performance.now();
      await eventually(async () => (await Promise.all(platform.replicas.map(isWell))).every(Boolean));
      const wellAfter = performance.now() - backAt;
      // Long enough to see what would still go wrong after that.
      await wait(calmMilliseconds);
      const slower = slowness();
      const reads = await load.stop();
      const isGood = ({ status, degraded }: LoadedRead): boolean => status === 200 && degraded === null;
      const lastBad = Math.max(
        0,
        ...reads.filter((read) => !isGood(read)).map(({ began }) => began - backAt),
      );
      const slowest = Math.max(...reads.map(({ took }) => took));
      process.stderr.write(
        `database-restart, ${how}: ${JSON.stringify({ ...tally(reads), wellAfter, lastBad, slowest, slower })}\n`,
      );
      expect(reads.filter((read) => !isProperAnswer(read)).slice(0, 5)).toEqual([]);
      // Else nobody noticed that it was away, and all of this says nothing.
      expect(reads.filter(isOfOutage).length).toBeGreaterThan(0);
      expect(slowest).toBeLessThan((timeoutSeconds + 2) * 1_000 + toleranceMilliseconds * slower);
      expect(wellAfter).toBeLessThan(recoveryMilliseconds * slower);
      expect(lastBad).toBeLessThan(recoveryMilliseconds * slower);
      expect(platform.defects()).toEqual([]);
    },
  );
});

function isOfOutage({ status, degraded }: LoadedRead): boolean {
  return status === 503 || degraded === 'database_unavailable';
}

/** The parts that tell of the database; Deskera was away from nobody. */
async function isWell({ url }: { readonly url: string }): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`);
  const { parts } = (await answer.json()) as { parts: { part: string; status: string }[] };
  return answer.status === 200 && parts.length > 0 && parts.every(({ status }) => status === 'ok');
}
