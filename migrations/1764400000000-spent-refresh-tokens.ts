import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds the connection that has spent a refresh token, whichever tenant's it is: one that is brought in from elsewhere
 * must not be sent again. A former broker keeps the index like any other.
 */
export class SpentRefreshTokens1764400000000 implements MigrationInterface {
  readonly name = 'SpentRefreshTokens1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `CREATE INDEX credential_spent_refresh_tokens ON credential USING gin (spent_refresh_token_sha256)`,
  `UPDATE schema_info SET version = 5`,
];

const down = [`UPDATE schema_info SET version = 4`, `DROP INDEX credential_spent_refresh_tokens`];
