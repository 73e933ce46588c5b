import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is due, by the host of Deskera's API it would be asked at: a claim passes over the hosts that are away without
 * reading what is due there. The host is the connection's; triggers keep the copy, so that a broker that knows nothing of it
 * may run beside. And vacuum comes early: each refresh leaves a dead entry at the very end of the index where claims begin.
 */
export class DueByHost1764500000000 implements MigrationInterface {
  readonly name = 'DueByHost1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE connection_upkeep ADD COLUMN api_url text`,
  `COMMENT ON COLUMN connection_upkeep.api_url IS 'that of the connection, kept by triggers'`,
  `CREATE FUNCTION take_api_url() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     SELECT n.api_url INTO STRICT NEW.api_url FROM connection n WHERE n.connection_id = NEW.connection_id;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER take_api_url BEFORE INSERT ON connection_upkeep FOR EACH ROW EXECUTE FUNCTION take_api_url()`,
  `CREATE FUNCTION hand_on_api_url() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     UPDATE connection_upkeep SET api_url = NEW.api_url WHERE connection_id = NEW.connection_id;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER hand_on_api_url AFTER UPDATE OF api_url ON connection FOR EACH ROW
     WHEN (OLD.api_url IS DISTINCT FROM NEW.api_url) EXECUTE FUNCTION hand_on_api_url()`,
  `UPDATE connection_upkeep u SET api_url = n.api_url FROM connection n WHERE n.connection_id = u.connection_id`,
  `ALTER TABLE connection_upkeep ALTER COLUMN api_url SET NOT NULL`,
  `CREATE INDEX connection_upkeep_due_by_host ON connection_upkeep (api_url, next_due_at) WHERE next_due_at IS NOT NULL`,
  `ALTER TABLE connection_upkeep SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500)`,
  `UPDATE schema_info SET version = 6`,
];

const down = [
  `UPDATE schema_info SET version = 5`,
  `ALTER TABLE connection_upkeep RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)`,
  `DROP TRIGGER hand_on_api_url ON connection`,
  `DROP TRIGGER take_api_url ON connection_upkeep`,
  `DROP FUNCTION hand_on_api_url, take_api_url`,
  `DROP INDEX connection_upkeep_due_by_host`,
  `ALTER TABLE connection_upkeep DROP COLUMN api_url`,
];
