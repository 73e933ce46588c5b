import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who started a connect session: the event of the connection that comes of it names them. */
export class WhoStartsAConnect1764670000000 implements MigrationInterface {
  readonly name = 'WhoStartsAConnect1764670000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE connect_session ADD COLUMN started_by text`,
  `COMMENT ON COLUMN connect_session.started_by IS 'an actor, such as key:<keyId>; null: a broker before generation 7 stored it'`,
  `UPDATE schema_info SET version = 7`,
];

const down = [`UPDATE schema_info SET version = 6`, `ALTER TABLE connect_session DROP COLUMN started_by`];
