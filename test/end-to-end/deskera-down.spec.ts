import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { DeskeraFront, type Outage } from '../network/deskera-front.js';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { connectOrg } from './connect-org.js';
import { recoveries, size, standings } from './deskera-outage.js';
import { startProcesses, type ProcessPlatform } from './process-platform.js';
import { isProperAnswer, ReadLoad, tally, type LoadedRead } from './read-load.js';

const timeoutSeconds = 1;
const sweepSeconds = 5;
/** Few enough that the callers and the upkeep want more: a limit that nobody comes near proves nothing. */
const mostInFlight = 4;
const asking = '?maxVerifiedAgeSeconds=1';
/** Each sort of trouble in turn, for a third of the time. */
const outages: readonly Outage[] = ['refused', 'errors', 'silent'];

const tenants = Array.from({ length: size.connections }, (_, index) => `outage-${String(index)}`);
const shortLived = tenants.slice(0, Math.floor(size.connections / 3));
const longLived = tenants.slice(shortLived.length);
/** They are alive when it begins, and have expired before it ends. */
const shortLifeSeconds = Math.ceil(size.outageSeconds * 0.7);

let database: TestDatabase;
let front: DeskeraFront;
let platform: ProcessPlatform;

beforeAll(async () => {
  database = await createTestDatabase();
  platform = await startProcesses({
    databaseUrl: database.url,
    replicas: 2,
    variables: {
      DESKERA_TIMEOUT_SECONDS: String(timeoutSeconds),
      DESKERA_MAX_CONCURRENCY: String(mostInFlight),
      SWEEP_INTERVAL_SECONDS: String(sweepSeconds),
      CHECK_INTERVAL_SECONDS: '5',
      REFRESH_MARGIN_SECONDS: '1',
    },
    before: async (sandboxUrl, opened) => {
      front = await DeskeraFront.open(sandboxUrl);
      opened.defer(() => front.close());
      return front.url;
    },
  });
  await connectAll(longLived, 0);
  await platform.sandbox.settings({ tokenLifeSeconds: shortLifeSeconds });
  await connectAll(shortLived, longLived.length);
  await platform.sandbox.settings({ tokenLifeSeconds: 3_600 });
});

afterAll(async () => {
  await platform.close();
  await database.drop();
});

describe('Deskera that is down for a while', () => {
  it(
    'takes no connection and no living token away, is not flooded, and all is refreshed once it is back',
    async () => {
      const load = new ReadLoad(platform.brokers, tenants, ['', asking, '', asking]);
      const beganAt = performance.now();
      for (const outage of outages) {
        await front.be(outage);
        await wait((size.outageSeconds * 1_000) / outages.length);
      }
      const reads = await load.stop();
      const during = reads.filter(({ began }) => began > beganAt);
      const atTheEnd = await standings(database.url);
      await front.be(null);
      const recovered = await recoveries(database.url, { sweepSeconds, timeoutSeconds });
      const callers = Object.fromEntries(front.callers);
      process.stderr.write(
        `deskera-down: ${JSON.stringify({ size, ...tally(during), recovered, callers })}\n`,
      );

      expect(reads.filter((read) => !isProperAnswer(read)).slice(0, 5)).toEqual([]);
      expect(atTheEnd.filter(({ status }) => status !== 'connected')).toEqual([]);
      const living = new Set(longLived);
      const ofLiving = during.filter(({ tenantId }) => living.has(tenantId));
      expect(ofLiving.filter(({ status }) => status !== 200).slice(0, 5)).toEqual([]);
      expect(reads.filter(({ servedExpired }) => servedExpired)).toEqual([]);
      expect(during.filter(diedTooEarly).slice(0, 5)).toEqual([]);
      expect(during.filter(({ code }) => code === 'deskera_unavailable').length).toBeGreaterThan(0);
      expect(during.filter(isUnmarked).slice(0, 5)).toEqual([]);

      expect(recovered.late).toEqual([]);
      // Whose own back-off is on gets longer: most have to be held to the two sweeps.
      expect(recovered.count).toBeGreaterThan(0);
      expect(recovered.count - recovered.waited).toBeGreaterThanOrEqual(recovered.count / 2);
      expect(front.callers.size).toBe(platform.replicas.length);
      const inFlight = [...front.callers.values()].map((seen) => seen.mostInFlight);
      expect(Math.max(...inFlight)).toBeLessThanOrEqual(mostInFlight);
      expect(Math.max(...inFlight)).toBeGreaterThanOrEqual(mostInFlight - 1);
      expect((await standings(database.url)).filter(({ status }) => status !== 'connected')).toEqual([]);
      expect(platform.defects()).toEqual([]);

      /** Verified before it began, asked about while nobody could be: the answer has to say so. */
      function isUnmarked(read: LoadedRead): boolean {
        const asksAfterwards = read.query === asking && read.began > beganAt + 1_500;
        return asksAfterwards && read.status === 200 && read.degraded === null;
      }
    },
    (size.outageSeconds + 300) * 1_000,
  );
});

/** Refused although it lived still when the answer came. */
function diedTooEarly({ tenantId, status, endedAt }: LoadedRead): boolean {
  return status === 503 && endedAt < (expiries.get(tenantId) ?? 0);
}

const expiries = new Map<string, number>();

async function connectAll(some: readonly string[], firstOrg: number): Promise<void> {
  const waiting = some.map((tenantId, index) => ({ tenantId, orgId: String(840_000 + firstOrg + index) }));
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const broker = platform.brokers[waiting.length % platform.brokers.length];
      if (broker === undefined) throw new Error('a broker is needed');
      await connectOrg(broker, platform.sandbox, next.tenantId, next.orgId);
      const { json } = await broker.token(next.tenantId, '?minTtlSeconds=0');
      expiries.set(next.tenantId, Date.parse(String(json['expiresAt'])));
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}
