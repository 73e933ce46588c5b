import type { Client } from 'pg';
import { insertConnections } from '#connections/testing';
import { refreshInSql } from './bloat/refreshes-in-sql.js';
import type { Benchmark } from './frame/benchmark.js';
import { figureOf, type Figure } from './frame/figure.js';
import { Ground } from './writes/ground.js';

/** Large: a million refreshes. */
const connectionCounts = { usual: 5_000, large: 50_000 };
const atOnce = 50;
/** Of each connection. */
const refreshesEach = 20;

/** How much larger the tables are after many refreshes than freshly loaded, with the settings of the schema. */
export const bloat: Benchmark = {
  name: 'bloat',
  async run({ large }) {
    await using ground = await Ground.open();
    const { client } = await ground.database('bloat');
    return await measureOn(client, connectionCounts[large ? 'large' : 'usual']);
  },
};

async function measureOn(client: Client, connections: number): Promise<readonly Figure[]> {
  await insertConnections(client, {
    count: connections,
    tenantPrefix: 'tenant-',
    apiUrl: 'https://bifrost.example',
    firstDueInSeconds: 86_400,
    dueSpacingSeconds: 1,
  });
  // As autovacuum would, but at its threshold to the row: what is measured hangs on no clock.
  await client.query(`ALTER SYSTEM SET autovacuum = off`);
  await client.query('SELECT pg_reload_conf()');
  await client.query('VACUUM ANALYZE');
  const tables = await Promise.all(names.map((name) => tableOf(client, name, connections)));
  for (let done = 0; done < connections * refreshesEach; done += atOnce) {
    await refreshInSql(client, (done % connections) + 1, atOnce);
    for (const table of tables) await table.vacuumWhereDue(atOnce);
  }
  return Promise.all(tables.map((table) => table.figure()));
}

const names = ['connection_upkeep', 'credential'] as const;
/** Row versions that a refresh leaves behind: each of these is dead until it is vacuumed, or its page is pruned. */
const deadEach = { connection_upkeep: 3, credential: 1 } as const;

interface Settings {
  readonly scale: number;
  readonly threshold: number;
}

async function tableOf(client: Client, name: (typeof names)[number], connections: number) {
  const size = async (): Promise<number> => {
    const { rows } = await client.query<{ size: string }>('SELECT pg_total_relation_size($1) AS size', [
      name,
    ]);
    return Number(rows[0]?.size) / 1_048_576;
  };
  const { scale, threshold } = await settingsOf(client, name);
  const loaded = await size();
  let dead = 0;
  return {
    vacuumWhereDue: async (refreshes: number): Promise<void> => {
      dead += refreshes * deadEach[name];
      if (dead <= threshold + scale * connections) return;
      dead = 0;
      await client.query(`VACUUM ${name}`);
    },
    figure: async (): Promise<Figure> =>
      figureOf(
        {
          name: `${name} after ${String(refreshesEach)} refreshes of each of ${String(connections)} connections`,
          unit: 'MB',
          comparedWith: 'as loaded',
          bound: null,
        },
        [{ measured: await size(), reference: loaded }],
      ),
  };
}

async function settingsOf(client: Client, name: string): Promise<Settings> {
  const { rows } = await client.query<Record<keyof Settings, string | null>>(
    `SELECT (SELECT option_value FROM pg_options_to_table(reloptions)
              WHERE option_name = 'autovacuum_vacuum_scale_factor') AS scale,
            (SELECT option_value FROM pg_options_to_table(reloptions)
              WHERE option_name = 'autovacuum_vacuum_threshold') AS threshold
       FROM pg_class WHERE oid = $1::regclass`,
    [name],
  );
  // PostgreSQL's own where the schema sets none.
  return { scale: Number(rows[0]?.scale ?? 0.2), threshold: Number(rows[0]?.threshold ?? 50) };
}
