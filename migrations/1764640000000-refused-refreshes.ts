import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How often the present refresh token was refused, and since when: a refusal in unclear words is a verdict only where it
 * comes again minutes later.
 */
export class RefusedRefreshes1764640000000 implements MigrationInterface {
  readonly name = 'RefusedRefreshes1764640000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE connection_upkeep
     ADD COLUMN refused_count integer NOT NULL DEFAULT 0,
     ADD COLUMN refused_since timestamptz`,
  `COMMENT ON COLUMN connection_upkeep.refused_count IS 'definite refusals of the present refresh token, in whatever words'`,
  `COMMENT ON COLUMN connection_upkeep.refused_since IS 'when the first of them came; null: none did'`,
  `UPDATE schema_info SET version = 7`,
];

const down = [
  `UPDATE schema_info SET version = 6`,
  `ALTER TABLE connection_upkeep DROP COLUMN refused_since, DROP COLUMN refused_count`,
];
