/**
 * SQL: since when the server that runs the statement has kept its memory. A crash of one of its processes makes the server
 * recover without a new start time; its statistics start over then.
 */
export const lifeBegan = 'greatest(pg_postmaster_start_time(), pg_stat_get_bgwriter_stat_reset_time())';

/** SQL: the timeline of the WAL that the server writes, in hexadecimal. */
export const timeline = 'left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)';

/**
 * SQL: names the life of the server that runs the statement, and its timeline; null where the server does not write. Two
 * equal names are one life: transaction ids, locks and times of one life can be compared. `pg_control_checkpoint()` still
 * names the old timeline just after a promotion, so the timeline is read off the WAL that is being written.
 */
export const serverLife = `CASE WHEN current_setting('transaction_read_only') = 'off'
       THEN extract(epoch FROM ${lifeBegan})::text || '/' || ${timeline} END`;

/**
 * SQL: names the life of the data as well, for whatever is remembered of them. On the same server another database may get the
 * name of this one, and a dump may replace its tables.
 */
export const dataLife = `(${serverLife}) || '/' || (SELECT d.oid::text FROM pg_database d WHERE d.datname = current_database())
       || '/' || coalesce((SELECT o.xmin::text FROM database_origin o), '')`;
