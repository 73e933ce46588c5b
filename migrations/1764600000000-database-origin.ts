import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where the data come from, so that a grant that Deskera refuses after a restore is not reported as revoked. A copy of the
 * row by a dump has another `xmin` than the transaction that the row names; a promotion or a point-in-time recovery makes
 * a later timeline. Additive: an older broker writes no new reason, and reads one as it is.
 */
export class DatabaseOrigin1764600000000 implements MigrationInterface {
  readonly name = 'DatabaseOrigin1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `CREATE TABLE database_origin (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     timeline bigint NOT NULL,
     written_by xid8 NOT NULL,
     restored_at timestamptz
   )`,
  `COMMENT ON COLUMN database_origin.timeline IS 'of the WAL when this was written'`,
  `COMMENT ON COLUMN database_origin.written_by IS 'the transaction that wrote this row; a copy by a dump has another xmin'`,
  `COMMENT ON COLUMN database_origin.restored_at IS 'when the data were last found to be older than the server they are on; null: never'`,
  `INSERT INTO database_origin (timeline, written_by)
   VALUES (('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint, pg_current_xact_id())`,
  `ALTER TABLE connection DROP CONSTRAINT connection_reason_check`,
  `ALTER TABLE connection ADD CONSTRAINT connection_reason_check
     CHECK (reason IN ('grant_revoked', 'refresh_outcome_lost', 'org_changed', 'database_restored'))`,
  `UPDATE schema_info SET version = 7`,
];

const down = [
  `UPDATE schema_info SET version = 6`,
  `UPDATE connection SET reason = 'grant_revoked' WHERE reason = 'database_restored'`,
  `ALTER TABLE connection DROP CONSTRAINT connection_reason_check`,
  `ALTER TABLE connection ADD CONSTRAINT connection_reason_check
     CHECK (reason IN ('grant_revoked', 'refresh_outcome_lost', 'org_changed'))`,
  `DROP TABLE database_origin`,
];
