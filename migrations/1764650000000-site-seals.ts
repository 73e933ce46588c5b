import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What proves that the broker itself chose the API URL and version of a connection's grant. A broker that knows nothing
 * of it leaves it as it is: it names the connect that it belongs to, so one that is out of date proves nothing.
 */
export class SiteSeals1764650000000 implements MigrationInterface {
  readonly name = 'SiteSeals1764650000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE connection ADD COLUMN site_seal text`);
    await runner.query(
      `COMMENT ON COLUMN connection.site_seal IS 'signed: connection, connect number, api_url and api_version; null: stored by an earlier release'`,
    );
    await runner.query(`UPDATE schema_info SET version = 7 WHERE version < 7`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE schema_info SET version = 6`);
    await runner.query(`ALTER TABLE connection DROP COLUMN site_seal`);
  }
}
