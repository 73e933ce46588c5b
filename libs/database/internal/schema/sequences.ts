import pg from 'pg';
import type { Queryable } from '../database.js';
import { statement } from '../statement.js';

/**
 * Every sequence that a column of the schemas owns, and the one that numbers connects, with each column that it feeds. A
 * logical switch-over, or a restore of data only, copies rows and leaves sequences behind.
 */
const readFed = statement(
  'sequences_read',
  `SELECT s.oid, format('%I.%I', sn.nspname, s.relname) AS sequence, s.relname::text AS name,
          format('%I.%I', tn.nspname, t.relname) AS "table", quote_ident(a.attname) AS "column"
     FROM pg_class s
     JOIN pg_namespace sn ON sn.oid = s.relnamespace
     JOIN pg_class t ON t.relkind IN ('r', 'p')
     JOIN pg_namespace tn ON tn.oid = t.relnamespace
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE sn.nspname = ANY ($1::text[])
      AND CASE WHEN s.relkind = 'S' THEN has_sequence_privilege(s.oid, 'USAGE, SELECT') ELSE false END
      AND (EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i')
                      AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.refobjsubid = a.attnum)
           OR (s.relname = 'connect_number_sequence' AND tn.oid = sn.oid AND a.attname = 'connect_number'))`,
);

interface FedColumn {
  readonly [column: string]: unknown;
  readonly oid: string;
  readonly sequence: string;
  readonly name: string;
  readonly table: string;
  readonly column: string;
}

export interface SequenceBehind {
  /** Qualified and quoted. */
  readonly sequence: string;
  readonly name: string;
  /** The highest number that a row has. */
  readonly highest: string;
}

/** @returns the sequences whose next number some row may have already */
export async function sequencesBehind(
  database: Queryable,
  schemas: readonly string[],
): Promise<readonly SequenceBehind[]> {
  const fed = await database.rows<FedColumn>(readFed, [schemas]);
  if (fed.length === 0) return [];
  // One statement: what its snapshot shows was drawn before the sequence is looked at.
  const each = fed.map(
    ({ oid, sequence, name, table, column }) =>
      `SELECT ${literal(sequence)} AS sequence, ${literal(name)} AS name, (SELECT max(${column}) FROM ${table}) AS highest,
              coalesce(pg_sequence_last_value(${oid}), 0) AS drawn`,
  );
  const { rows } = await database.foreign(
    `SELECT sequence, name, max(highest)::text AS highest FROM (${each.join(' UNION ALL ')}) fed
      GROUP BY sequence, name HAVING max(highest) > max(drawn)`,
  );
  return rows as SequenceBehind[];
}

/** Whoever looked earlier may have read a number that is higher by now. */
const margin = 1_000;

/** "dtb" and a number of our own: two that advance at once must not set a sequence back. */
const sequenceLock = 0x647462_02;

/** Only ever forward, whoever draws from it or advances it meanwhile. */
export async function advanceSequence(
  database: Queryable,
  { sequence, highest }: SequenceBehind,
): Promise<void> {
  const place = `${literal(sequence)}::regclass`;
  const next = (BigInt(highest) + BigInt(margin)).toString();
  // One text is one transaction, which the lock lasts for.
  await database.foreign(
    `SELECT pg_advisory_xact_lock(${String(sequenceLock)});
     SELECT setval(${place}, ${next}) WHERE coalesce(pg_sequence_last_value(${place}), 0) <= ${highest}`,
  );
}

function literal(text: string): string {
  return pg.escapeLiteral(text);
}
