import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The version of a connection's state, and the claims of pairs that no connection holds yet. A broker that does not raise
 * the version must not run beside one that relies on it: the oldest supported generation goes up.
 */
export class StateVersions1764100000000 implements MigrationInterface {
  readonly name = 'StateVersions1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE connection_upkeep ADD COLUMN state_version bigint NOT NULL DEFAULT 0`,
  `COMMENT ON COLUMN connection_upkeep.state_version IS 'raised with every change of the connection but those of its lease; a state is saved only onto the version it was computed from'`,
  `CREATE TABLE adoption_claim (
     refresh_token_sha256 bytea PRIMARY KEY,
     claim_id uuid NOT NULL,
     claimed_until timestamptz NOT NULL
   )`,
  `COMMENT ON TABLE adoption_claim IS 'pairs that a connect brought and that no connection holds yet: one connect at a time may examine and store one'`,
  `UPDATE schema_info SET version = 2, oldest_broker = 2`,
];

const down = [
  `UPDATE schema_info SET version = 1, oldest_broker = 1`,
  `DROP TABLE adoption_claim`,
  `ALTER TABLE connection_upkeep DROP COLUMN state_version`,
];
