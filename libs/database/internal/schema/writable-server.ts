import { databaseReadOnly } from '../database-failure.js';
import type { Queryable } from '../database.js';
import { serverLife } from '../server-life.js';
import { statement } from '../statement.js';

const readLife = statement('server_life', `SELECT ${serverLife} AS life`);

/** @throws Failure `broker_unavailable` where the server does not write */
export async function requireWritable(database: Pick<Queryable, 'rows'>): Promise<void> {
  const [row] = await database.rows<{ life: string | null }>(readLife, []);
  if ((row?.life ?? null) === null) throw databaseReadOnly();
}
