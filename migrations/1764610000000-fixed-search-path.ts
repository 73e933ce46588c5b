import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A trigger function looks its tables up where the session of its caller says, so that a session with another `search_path`
 * could lead it elsewhere: each gets the schema that it was made in. And the schema of the queue goes on record, since
 * `pgboss` may belong to another application.
 */
export class FixedSearchPath1764610000000 implements MigrationInterface {
  readonly name = 'FixedSearchPath1764610000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `DO $$
   DECLARE function_name text;
   BEGIN
     FOREACH function_name IN ARRAY ARRAY['take_api_url', 'hand_on_api_url'] LOOP
       EXECUTE format('ALTER FUNCTION %I.%I() SET search_path = %I, pg_temp', current_schema(), function_name, current_schema());
     END LOOP;
   END $$`,
  `ALTER TABLE schema_info ADD COLUMN queue_schema text NOT NULL DEFAULT 'pgboss'`,
  `COMMENT ON COLUMN schema_info.queue_schema IS 'the schema of the queue that wakes deliveries of webhooks'`,
  `UPDATE schema_info SET version = 7`,
];

const down = [
  `UPDATE schema_info SET version = 6`,
  `ALTER TABLE schema_info DROP COLUMN queue_schema`,
  `ALTER FUNCTION hand_on_api_url() RESET search_path`,
  `ALTER FUNCTION take_api_url() RESET search_path`,
];
