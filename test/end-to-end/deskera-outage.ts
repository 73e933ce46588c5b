import { env } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** A longer run, for the record: `OUTAGE_CONNECTIONS=500 OUTAGE_SECONDS=60`. */
export const size = {
  connections: Number(env['OUTAGE_CONNECTIONS'] ?? '60'),
  outageSeconds: Number(env['OUTAGE_SECONDS'] ?? '6'),
} as const;

/** What a busy machine may add. */
const slackSeconds = 2;
/** Of a row's own back-off: a second unanswered call waits up to that long. */
const backOffSeconds = 10;

/**
 * How late after Deskera's return an expired token may be replaced: the first sweep sends a probe, whose answer lets all
 * the others go.
 */
export function recoverySeconds(sweepSeconds: number): number {
  return 2 * sweepSeconds + slackSeconds;
}

/** The same for one whose own refresh got no answer just before: that is read to its end, and not repeated at once. */
export function unansweredRecoverySeconds(sweepSeconds: number, timeoutSeconds: number): number {
  return recoverySeconds(sweepSeconds) + 3 * timeoutSeconds + backOffSeconds;
}

export interface Standing {
  readonly tenantId: string;
  readonly status: string;
  readonly expiresInSeconds: number;
  /** A refresh of it has no answer. */
  readonly unanswered: boolean;
}

/** How the rows are, seen directly. */
export async function standings(databaseUrl: string): Promise<readonly Standing[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Standing>(
      `SELECT n.tenant_id AS "tenantId", n.status,
              extract(epoch FROM c.expires_at - now())::float8 AS "expiresInSeconds",
              u.attempt_open OR coalesce(u.not_before > now(), false) AS unanswered
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
  /** Of those of which no refresh had been left without an answer. */
  readonly lastAnsweredSeconds: number;
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
  const dead = (await standings(databaseUrl)).filter(isDead);
  const waiting = new Set(dead.map(({ tenantId }) => tenantId));
  const unanswered = new Set(dead.filter((row) => row.unanswered).map(({ tenantId }) => tenantId));
  const count = waiting.size;
  let lastAnsweredSeconds = 0;
  const took: number[] = [];
  let left: readonly Standing[] = [];
  let breakersClosedSeconds = Infinity;
  const seconds = (): number => (performance.now() - from) / 1_000;
  while (waiting.size > 0 && seconds() < boundSeconds) {
    await wait(200);
    if (breakersClosedSeconds === Infinity && (await seesDeskera())) breakersClosedSeconds = seconds();
    left = (await standings(databaseUrl)).filter(isDead);
    const stillDead = new Set(left.map(({ tenantId }) => tenantId));
    for (const tenantId of waiting) {
      if (stillDead.has(tenantId)) continue;
      waiting.delete(tenantId);
      took.push(seconds());
      if (!unanswered.has(tenantId)) lastAnsweredSeconds = seconds();
    }
  }
  return {
    count,
    medianSeconds: took[Math.floor(took.length / 2)] ?? 0,
    lastSeconds: took.at(-1) ?? 0,
    lastAnsweredSeconds,
    breakersClosedSeconds,
    left,
  };
}

function isDead({ expiresInSeconds }: Standing): boolean {
  return expiresInSeconds <= 0;
}
