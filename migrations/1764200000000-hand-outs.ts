import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who was handed which connection's token, and when a key was last used. An older broker writes neither and is harmed by
 * neither: the oldest supported generation stays.
 */
export class HandOuts1764200000000 implements MigrationInterface {
  readonly name = 'HandOuts1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `CREATE TABLE hand_out (
     actor text NOT NULL,
     connection_id uuid NOT NULL,
     hour timestamptz NOT NULL,
     count bigint NOT NULL CHECK (count > 0),
     last_fingerprint text NOT NULL,
     last_at timestamptz NOT NULL,
     PRIMARY KEY (actor, hour, connection_id)
   ) WITH (fillfactor = 70)`,
  `COMMENT ON TABLE hand_out IS 'answers that carried a token: who was handed which connection''s, counted by the hour; kept for 90 days'`,
  `COMMENT ON COLUMN hand_out.actor IS 'key:<keyId>, or admin_key for the one of the configuration'`,
  `COMMENT ON COLUMN hand_out.hour IS 'its start, a whole hour in UTC'`,
  `CREATE INDEX hand_out_of_connection ON hand_out (connection_id, hour, actor)`,
  `CREATE INDEX hand_out_by_age ON hand_out (hour)`,

  `CREATE TABLE hand_out_writer (
     writer_id uuid PRIMARY KEY,
     batch bigint NOT NULL,
     at timestamptz NOT NULL DEFAULT now()
   ) WITH (fillfactor = 70)`,
  `COMMENT ON TABLE hand_out_writer IS 'the last batch of hand-outs that each process has added: one whose answer was lost is not added again'`,

  `CREATE TABLE service_key_use (
     key_id text PRIMARY KEY,
     last_used_at timestamptz NOT NULL
   ) WITH (fillfactor = 70)`,
  `COMMENT ON TABLE service_key_use IS 'apart from service_key, whose rows are locked by who changes a key'`,

  `UPDATE schema_info SET version = 3`,
];

const down = [
  `UPDATE schema_info SET version = 2`,
  `DROP TABLE service_key_use`,
  `DROP TABLE hand_out_writer`,
  `DROP TABLE hand_out`,
];
