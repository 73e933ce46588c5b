import { env } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** A longer run, for the record: `OUTAGE_CONNECTIONS=500 OUTAGE_SECONDS=60`. */
export const size = {
  connections: Number(env['OUTAGE_CONNECTIONS'] ?? '60'),
  outageSeconds: Number(env['OUTAGE_SECONDS'] ?? '6'),
} as const;

/** As in the broker: the breaker's longest pause, and how far the tries of what is urgent are spread. */
const longestBreakerSeconds = 30;
const mostSpreadSeconds = 6;

/**
 * How late after Deskera's return the last expired token may be replaced. A replica's breaker decides: a probe that still
 * gets no answer may have been sent just before the return and is read for three times as long as a caller waits; it
 * opens the breaker once more, for up to twice as long as all its pauses before. Each row looks again 2 to 6 s after the
 * try that was held back, in the next sweep.
 */
export function latestRecoverySeconds(
  outageSeconds: number,
  timeoutSeconds: number,
  sweepSeconds: number,
): number {
  const breakerSeconds = Math.min(longestBreakerSeconds, 4 * outageSeconds);
  return 3 * timeoutSeconds + breakerSeconds + mostSpreadSeconds + 2 * sweepSeconds;
}

export interface Standing {
  readonly tenantId: string;
  readonly status: string;
  readonly expiresInSeconds: number;
}

/** How the rows are, seen directly. */
export async function standings(databaseUrl: string): Promise<readonly Standing[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Standing>(
      `SELECT n.tenant_id AS "tenantId", n.status,
              extract(epoch FROM c.expires_at - now())::float8 AS "expiresInSeconds"
         FROM connection n JOIN credential c USING (connection_id)`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

export interface Recoveries {
  /** How many had no living token when Deskera came back, and after how many seconds they had one. */
  readonly count: number;
  readonly medianSeconds: number;
  readonly lastSeconds: number;
  /** When the last replica's breaker let calls through again. */
  readonly breakersClosedSeconds: number;
  readonly left: readonly Standing[];
}

/** Watches the rows, until each has a living token again; nobody asks for one meanwhile. */
export async function recoveries(
  databaseUrl: string,
  seesDeskera: () => Promise<boolean>,
  boundSeconds: number,
): Promise<Recoveries> {
  const from = performance.now();
  const waiting = new Set((await standings(databaseUrl)).filter(isDead).map(({ tenantId }) => tenantId));
  const count = waiting.size;
  const took: number[] = [];
  let left: readonly Standing[] = [];
  let breakersClosedSeconds = Infinity;
  const seconds = (): number => (performance.now() - from) / 1_000;
  while (waiting.size > 0 && seconds() < boundSeconds) {
    await wait(200);
    if (breakersClosedSeconds === Infinity && (await seesDeskera())) breakersClosedSeconds = seconds();
    left = (await standings(databaseUrl)).filter(isDead);
    const dead = new Set(left.map(({ tenantId }) => tenantId));
    for (const tenantId of waiting) {
      if (dead.has(tenantId)) continue;
      waiting.delete(tenantId);
      took.push(seconds());
    }
  }
  return {
    count,
    medianSeconds: took[Math.floor(took.length / 2)] ?? 0,
    lastSeconds: took.at(-1) ?? 0,
    breakersClosedSeconds,
    left,
  };
}

function isDead({ expiresInSeconds }: Standing): boolean {
  return expiresInSeconds <= 0;
}
