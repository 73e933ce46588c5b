import type { Queryable } from '../database.js';
import { statement } from '../statement.js';

/** A table of this name may be another application's: only the broker's has this column. */
const readPlaces = statement(
  'schema_places_read',
  `SELECT n.nspname::text AS schema, pg_table_is_visible(c.oid) AS "isVisible", has_schema_privilege(n.oid, 'USAGE') AS "isUsable"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = 'schema_info' AND c.relkind IN ('r', 'p')
      AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'oldest_broker' AND NOT a.attisdropped)`,
);

interface Row {
  readonly [column: string]: unknown;
  readonly schema: string;
  readonly isVisible: boolean;
  readonly isUsable: boolean;
}

export type SchemaPlace =
  | { readonly found: 'visible' | 'hidden' | 'forbidden'; readonly schema: string }
  | { readonly found: 'nowhere' | 'several' };

/** Where the broker's tables are. `hidden`: the role's `search_path` does not lead there, and there is one such place. */
export async function findSchema(database: Queryable): Promise<SchemaPlace> {
  const places = await database.rows<Row>(readPlaces, []);
  const visible = places.find(({ isVisible }) => isVisible);
  if (visible !== undefined) return { found: 'visible', schema: visible.schema };
  const [first, ...others] = places;
  if (first === undefined) return { found: 'nowhere' };
  if (others.length > 0) return { found: 'several' };
  return { found: first.isUsable ? 'hidden' : 'forbidden', schema: first.schema };
}
