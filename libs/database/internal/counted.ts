import type { Database } from './database.js';
import type { Statement } from './statement.js';

/** @param statement selects one row with one column `count` */
export async function counted(database: Database, statement: Statement): Promise<number> {
  const [row] = await database.rows<{ count: number }>(statement, []);
  return row?.count ?? 0;
}
