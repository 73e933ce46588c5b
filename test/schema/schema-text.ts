import pg from 'pg';

/**
 * The schema as text, read from the catalog: what a reviewer sees change. `pg_dump` is not among the binaries that the
 * tests run on.
 */
export async function schemaText(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(catalog);
    return rows.map(({ line }) => `${line}\n`).join('');
  } finally {
    await client.end();
  }
}

const catalog = `
WITH relation AS (
  SELECT c.oid, c.relname, c.relkind, c.reloptions
    FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S')
     AND c.relname NOT LIKE 'migrations%'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i' AND c.relkind = 'S')
), line AS (
  SELECT relname, 0 AS part, 0 AS place,
         CASE relkind WHEN 'S' THEN 'sequence ' ELSE 'table ' END || relname ||
         coalesce(' with (' || array_to_string(reloptions, ', ') || ')', '') AS line
    FROM relation
  UNION ALL
  SELECT r.relname, 1, a.attnum,
         '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ||
         CASE WHEN a.attnotnull THEN ' not null' ELSE '' END ||
         CASE WHEN a.attidentity <> '' THEN ' identity' ELSE '' END ||
         coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') ||
         coalesce(' -- ' || col_description(r.oid, a.attnum), '')
    FROM relation r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND r.relkind = 'r'
    LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
  UNION ALL
  SELECT r.relname, 2, row_number() OVER (PARTITION BY r.oid ORDER BY k.conname)::integer,
         '  constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
    FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'u', 'c', 'f')
  UNION ALL
  SELECT r.relname, 3, row_number() OVER (PARTITION BY r.oid ORDER BY i.indexrelid::regclass::text)::integer,
         '  ' || pg_get_indexdef(i.indexrelid)
    FROM relation r JOIN pg_index i ON i.indrelid = r.oid
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
   WHERE k.oid IS NULL
  UNION ALL
  SELECT r.relname, 4, row_number() OVER (PARTITION BY r.oid ORDER BY t.tgname)::integer,
         '  ' || pg_get_triggerdef(t.oid)
    FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
  UNION ALL
  SELECT p.proname, 0, 0, trim(trailing E'\n' FROM pg_get_functiondef(p.oid))
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
)
SELECT line FROM line ORDER BY relname, part, place`;
