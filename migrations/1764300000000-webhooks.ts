import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What webhooks tell, to whom, and how far they got. A broker that knows nothing of them may run beside: what it changes
 * is not told.
 */
export class Webhooks1764300000000 implements MigrationInterface {
  readonly name = 'Webhooks1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...events, ...endpoints, ...deliveries, version(4)])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['delivery', 'secret', 'endpoint', 'event'].map((name) => `webhook_${name}`);
    for (const table of [...tables, 'connection_announcement']) await runner.query(`DROP TABLE ${table}`);
    await runner.query(version(3));
  }
}

function version(generation: number): string {
  return `UPDATE schema_info SET version = ${String(generation)}`;
}

const types = [
  'connection.connected',
  'connection.expiring',
  'connection.reconnect_required',
  'connection.recovered',
  'connection.disconnected',
]
  .map((type) => `'${type}'`)
  .join(', ');

const events = [
  `CREATE TABLE connection_announcement (
     connection_id uuid PRIMARY KEY REFERENCES connection,
     number integer NOT NULL,
     type text NOT NULL
   )`,
  `COMMENT ON COLUMN connection_announcement.number IS 'of the last webhook event of the connection: drawn under the lock of its rows, so that numbers follow the commits'`,
  `COMMENT ON COLUMN connection_announcement.type IS 'what was told last'`,
  `CREATE TABLE webhook_event (
     event_id uuid PRIMARY KEY,
     connection_id uuid NOT NULL REFERENCES connection,
     number integer NOT NULL,
     type text NOT NULL CHECK (type IN (${types})),
     at timestamptz NOT NULL DEFAULT now(),
     tenant_id text NOT NULL,
     org_id text,
     org_name text,
     detail jsonb NOT NULL,
     relayed_at timestamptz,
     UNIQUE (connection_id, number)
   )`,
  `COMMENT ON TABLE webhook_event IS 'written in the transaction of the change it tells of'`,
  `COMMENT ON COLUMN webhook_event.relayed_at IS 'when its deliveries were made; null: it waits in the outbox'`,
  `CREATE INDEX webhook_event_outbox ON webhook_event (at) WHERE relayed_at IS NULL`,
  `CREATE INDEX webhook_event_by_age ON webhook_event (at)`,
];

const endpoints = [
  `CREATE TABLE webhook_endpoint (
     endpoint_id uuid PRIMARY KEY,
     url text NOT NULL,
     events text[] NOT NULL,
     last_secret_number integer NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now(),
     disabled_at timestamptz,
     disabled_reason text CHECK (disabled_reason IN ('gone')),
     deleted_at timestamptz,
     CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
   )`,
  `COMMENT ON COLUMN webhook_endpoint.events IS 'the types it is told; {} is all'`,
  `COMMENT ON COLUMN webhook_endpoint.disabled_reason IS 'gone: it answered 410'`,
  `COMMENT ON COLUMN webhook_endpoint.deleted_at IS 'its deliveries are removed in small steps, then itself'`,
  `CREATE TABLE webhook_secret (
     endpoint_id uuid NOT NULL REFERENCES webhook_endpoint,
     number integer NOT NULL,
     sealed_secret text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (endpoint_id, number)
   )`,
];

const deliveries = [
  `CREATE TABLE webhook_delivery (
     delivery_id uuid PRIMARY KEY,
     endpoint_id uuid NOT NULL REFERENCES webhook_endpoint,
     event_id uuid NOT NULL REFERENCES webhook_event,
     connection_id uuid NOT NULL,
     number integer NOT NULL,
     status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'parked')),
     waits boolean NOT NULL DEFAULT false,
     redelivery boolean NOT NULL DEFAULT false,
     attempts integer NOT NULL DEFAULT 0,
     round_attempts integer NOT NULL DEFAULT 0,
     round_started_at timestamptz NOT NULL DEFAULT now(),
     next_attempt_at timestamptz DEFAULT now(),
     last_attempt_at timestamptz,
     last_status integer,
     last_error text,
     delivered_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (endpoint_id, connection_id, number),
     CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL))
   )`,
  `COMMENT ON COLUMN webhook_delivery.waits IS 'its predecessor at this endpoint has the first tries: no job is made for it before'`,
  `COMMENT ON COLUMN webhook_delivery.redelivery IS 'asked for by an admin: it goes beside the order'`,
  `COMMENT ON COLUMN webhook_delivery.round_attempts IS 'tries since round_started_at, from which the day of retries is counted'`,
  `COMMENT ON COLUMN webhook_delivery.last_error IS 'a word of ours, never of the endpoint''s'`,
  `CREATE INDEX webhook_delivery_log ON webhook_delivery (endpoint_id, created_at, delivery_id)`,
  `CREATE INDEX webhook_delivery_due ON webhook_delivery (next_attempt_at) WHERE status = 'pending'`,
  `CREATE INDEX webhook_delivery_of_event ON webhook_delivery (event_id)`,
];
