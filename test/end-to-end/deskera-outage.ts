import { env } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { slowness } from '#kernel/testing';

/** A longer run, for the record: `OUTAGE_CONNECTIONS=500 OUTAGE_SECONDS=60`. */
export const size = {
  connections: Number(env['OUTAGE_CONNECTIONS'] ?? '60'),
  outageSeconds: Number(env['OUTAGE_SECONDS'] ?? '6'),
} as const;

/** For the refreshes themselves, and the looks at the rows; several times that where the machine runs other things. */
const slackSeconds = 4;
/** How long a refresh waits at most that was left without an answer for the third time. */
const unansweredSeconds = 20;

export interface Pace {
  readonly sweepSeconds: number;
  readonly timeoutSeconds: number;
}

/**
 * How late after Deskera's return an expired token may be replaced: the first sweep sends a probe, whose answer lets all
 * the others go. One that was itself asked for just before is not asked for again at once.
 */
function allowedSeconds(row: Standing, { sweepSeconds, timeoutSeconds }: Pace, slower: number): number {
  const sweeps = 2 * sweepSeconds;
  const backOff = row.waitsSeconds + sweepSeconds;
  const readToItsEnd = row.attemptOpen ? 3 * timeoutSeconds + unansweredSeconds + sweepSeconds : 0;
  return Math.max(sweeps, backOff, readToItsEnd) + slackSeconds * slower;
}

export interface Standing {
  readonly tenantId: string;
  readonly status: string;
  readonly expiresInSeconds: number;
  /** A refresh of it is under way, or has no answer. */
  readonly attemptOpen: boolean;
  /** Of its own back-off. */
  readonly waitsSeconds: number;
}

/** How the rows are, seen directly. */
export async function standings(databaseUrl: string): Promise<readonly Standing[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Standing>(
      `SELECT n.tenant_id AS "tenantId", n.status,
              extract(epoch FROM c.expires_at - now())::float8 AS "expiresInSeconds",
              u.attempt_open AS "attemptOpen",
              greatest(extract(epoch FROM u.not_before - now()), 0)::float8 AS "waitsSeconds"
         FROM connection n JOIN credential c USING (connection_id) JOIN connection_upkeep u USING (connection_id)`,
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
  /** How many of them had a back-off of their own. */
  readonly waited: number;
  /** Those that took longer than they may, or never came. */
  readonly late: readonly Standing[];
}

/** Watches the rows, until each has a living token again; nobody asks for one meanwhile. */
export async function recoveries(databaseUrl: string, pace: Pace): Promise<Recoveries> {
  const from = performance.now();
  const seconds = (): number => (performance.now() - from) / 1_000;
  const dead = (await standings(databaseUrl)).filter(isDead);
  const slower = slowness();
  const longest = Math.max(0, ...dead.map((row) => allowedSeconds(row, pace, slower)));
  let waiting = dead;
  const took: number[] = [];
  const late: Standing[] = [];
  while (waiting.length > 0 && seconds() < longest) {
    await wait(200);
    const now = seconds();
    const stillDead = new Set((await standings(databaseUrl)).filter(isDead).map(({ tenantId }) => tenantId));
    for (const row of waiting.filter(({ tenantId }) => !stillDead.has(tenantId))) {
      took.push(now);
      if (now > allowedSeconds(row, pace, slower)) late.push(row);
    }
    waiting = waiting.filter(({ tenantId }) => stillDead.has(tenantId));
  }
  return {
    count: dead.length,
    medianSeconds: took[Math.floor(took.length / 2)] ?? 0,
    lastSeconds: took.at(-1) ?? 0,
    waited: dead.filter(({ waitsSeconds, attemptOpen }) => waitsSeconds > 0 || attemptOpen).length,
    late: [...late, ...waiting],
  };
}

function isDead({ expiresInSeconds }: Standing): boolean {
  return expiresInSeconds <= 0;
}
