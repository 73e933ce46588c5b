import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first schema. Frozen once released: a change is a new migration. */
export class InitialSchema1764000000000 implements MigrationInterface {
  readonly name = 'InitialSchema1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...schemaInfo, ...connections, ...connecting, ...access]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    await Promise.reject(
      new Error('The first schema holds every grant: it is not taken down by a migration.'),
    );
  }
}

const schemaInfo = [
  `CREATE TABLE schema_info (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     version integer NOT NULL,
     oldest_broker integer NOT NULL
   )`,
  `COMMENT ON COLUMN schema_info.version IS 'a broker refuses a schema older than it needs'`,
  `COMMENT ON COLUMN schema_info.oldest_broker IS 'the oldest broker schema generation that may still run on this schema'`,
  `INSERT INTO schema_info (version, oldest_broker) VALUES (1, 1)`,
];

const connections = [
  `CREATE SEQUENCE connect_number_sequence`,
  `COMMENT ON SEQUENCE connect_number_sequence IS 'orders connects and disconnects: drawn when a state is consumed, and at a disconnect'`,

  `CREATE TABLE connection (
     connection_id uuid PRIMARY KEY,
     tenant_id text NOT NULL,
     org_id text,
     org_name text,
     email text,
     api_version text NOT NULL CHECK (api_version IN ('v1', 'v2')),
     api_url text NOT NULL,
     status text NOT NULL CHECK (status IN ('awaiting_activation', 'connected', 'reconnect_required', 'disconnected')),
     reason text CHECK (reason IN ('grant_revoked', 'refresh_outcome_lost', 'org_changed')),
     status_since timestamptz NOT NULL DEFAULT now(),
     attention text CHECK (attention IN ('cannot_be_refreshed')),
     is_default boolean NOT NULL DEFAULT false,
     connected_at timestamptz NOT NULL DEFAULT now(),
     created_at timestamptz NOT NULL DEFAULT now(),
     CHECK ((status = 'reconnect_required') = (reason IS NOT NULL))
   )`,
  `COMMENT ON COLUMN connection.org_id IS 'null where Deskera''s token does not tell: at most one such connection per tenant'`,
  `COMMENT ON COLUMN connection.status_since IS 'when status last changed'`,
  `COMMENT ON COLUMN connection.connected_at IS 'when a person last completed a connect'`,
  `CREATE UNIQUE INDEX connection_of_tenant ON connection (tenant_id, org_id) NULLS NOT DISTINCT`,
  `CREATE UNIQUE INDEX connection_default ON connection (tenant_id) WHERE is_default`,
  `CREATE INDEX connection_listing ON connection (created_at, connection_id)`,
  `CREATE INDEX connection_listing_by_status ON connection (status, created_at, connection_id)`,

  `CREATE TABLE connection_upkeep (
     connection_id uuid PRIMARY KEY REFERENCES connection,
     lease_id uuid,
     lease_until timestamptz,
     attempt bigint NOT NULL DEFAULT 0,
     attempt_open boolean NOT NULL DEFAULT false,
     attempt_replica_key bigint,
     attempt_server_started_at timestamptz,
     attempt_process_id uuid,
     attempt_until timestamptz,
     outcome_unknown boolean NOT NULL DEFAULT false,
     next_due_at timestamptz,
     not_before timestamptz,
     consecutive_failures integer NOT NULL DEFAULT 0,
     unanswered_count integer NOT NULL DEFAULT 0,
     failure_kind text CHECK (failure_kind IN ('deskera_unavailable', 'client_refused')),
     last_error text,
     fell_short_count integer NOT NULL DEFAULT 0,
     fell_short_until timestamptz,
     demanded_checks timestamptz[] NOT NULL DEFAULT '{}'
   ) WITH (fillfactor = 70)`,
  `COMMENT ON COLUMN connection_upkeep.lease_id IS 'whose right it is to ask or change, until lease_until; kept when that has passed, null once it was ended'`,
  `COMMENT ON COLUMN connection_upkeep.attempt IS 'counts the spendings of refresh tokens; never goes back'`,
  `COMMENT ON COLUMN connection_upkeep.attempt_open IS 'true from the lease of an attempt to its definite answer'`,
  `COMMENT ON COLUMN connection_upkeep.attempt_replica_key IS 'the session advisory lock its owner held when it opened; null where it held none'`,
  `COMMENT ON COLUMN connection_upkeep.attempt_server_started_at IS 'start of the server on which that lock was held'`,
  `COMMENT ON COLUMN connection_upkeep.attempt_until IS 'when the lease of its owner ended or will end, whoever leases the row meanwhile'`,
  `COMMENT ON COLUMN connection_upkeep.outcome_unknown IS 'a sending of the present refresh token ended without a definite answer'`,
  `COMMENT ON COLUMN connection_upkeep.unanswered_count IS 'sendings in a row that ended without a definite answer'`,
  `COMMENT ON COLUMN connection_upkeep.failure_kind IS 'what stood in the way the last time Deskera had to be asked; null: nothing'`,
  `COMMENT ON COLUMN connection_upkeep.last_error IS 'status and error word of it; never Deskera''s own sentence'`,
  `COMMENT ON COLUMN connection_upkeep.demanded_checks IS 'when callers last made the broker ask Deskera: at most ten, oldest first'`,
  `COMMENT ON COLUMN connection_upkeep.next_due_at IS 'when a sweep has to look at it; null: never'`,
  `COMMENT ON COLUMN connection_upkeep.not_before IS 'Deskera is not asked about this connection before'`,
  `COMMENT ON COLUMN connection_upkeep.fell_short_until IS 'a refresh whose token lived shorter than a caller wanted is not repeated for that reason before'`,
  `CREATE INDEX connection_upkeep_due ON connection_upkeep (next_due_at) WHERE next_due_at IS NOT NULL`,

  `CREATE TABLE credential (
     connection_id uuid PRIMARY KEY REFERENCES connection,
     connect_number bigint NOT NULL,
     grant_attempt bigint NOT NULL DEFAULT 0,
     sealed_token text,
     sealed_refresh_token text,
     fingerprint text,
     issued_at timestamptz,
     expires_at timestamptz,
     token_life_seconds double precision,
     refresh_token_expires_at timestamptz,
     verified_at timestamptz,
     bad_since timestamptz,
     refresh_token_sha256 bytea,
     spent_refresh_token_sha256 bytea[] NOT NULL DEFAULT '{}'
   ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200)`,
  `COMMENT ON COLUMN credential.connect_number IS 'the connect or disconnect that this row follows; only a higher one may replace it'`,
  `COMMENT ON COLUMN credential.grant_attempt IS 'the attempt that brought the stored grant; 0: the connect itself'`,
  `COMMENT ON COLUMN credential.issued_at IS 'when the grant arrived'`,
  `COMMENT ON COLUMN credential.expires_at IS 'null: unknown'`,
  `COMMENT ON COLUMN credential.verified_at IS 'when Deskera was last asked with a good answer, or was asked to issue it'`,
  `COMMENT ON COLUMN credential.bad_since IS 'since when Deskera is known to refuse the token'`,
  `COMMENT ON COLUMN credential.spent_refresh_token_sha256 IS 'the last eight that this connection has spent'`,
  `CREATE UNIQUE INDEX credential_refresh_token ON credential (refresh_token_sha256)`,

  `CREATE TABLE connection_event (
     event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     connection_id uuid NOT NULL REFERENCES connection,
     at timestamptz NOT NULL DEFAULT now(),
     kind text NOT NULL,
     detail jsonb NOT NULL DEFAULT '{}'
   )`,
  `CREATE INDEX connection_event_of ON connection_event (connection_id, event_id)`,

  `CREATE TABLE change (
     change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
     at timestamptz NOT NULL DEFAULT now(),
     subject text NOT NULL
   )`,
  `COMMENT ON TABLE change IS 'what replicas must forget: subject is tenant:<id> or key:<id>'`,
  `CREATE INDEX change_by_xid ON change (xid)`,
  `CREATE INDEX change_by_age ON change (at)`,
];

const connecting = [
  `CREATE TABLE connect_session (
     session_sha256 bytea PRIMARY KEY,
     link_sha256 bytea NOT NULL UNIQUE,
     tenant_id text NOT NULL,
     api_version text NOT NULL CHECK (api_version IN ('v1', 'v2')),
     api_url text NOT NULL,
     redirect_uri text,
     org_id text,
     label text,
     activation text NOT NULL CHECK (activation IN ('callback', 'browser', 'confirm')),
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'awaiting_activation', 'connected', 'failed')),
     failure_code text,
     connection_id uuid REFERENCES connection,
     connect_number bigint,
     ended_at timestamptz
   )`,
  `COMMENT ON COLUMN connect_session.org_id IS 'the only org accepted; null: any'`,
  `COMMENT ON COLUMN connect_session.ended_at IS 'since when its link opens no more: a connect through it completed, or the person denied'`,
  `CREATE INDEX connect_session_expiry ON connect_session (expires_at)`,

  `CREATE TABLE connect_state (
     state_sha256 bytea PRIMARY KEY,
     session_sha256 bytea NOT NULL REFERENCES connect_session ON DELETE CASCADE,
     browser_sha256 bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     consumed_at timestamptz,
     code_sha256 bytea,
     connect_number bigint,
     decided_at timestamptz,
     failure_code text,
     CHECK ((consumed_at IS NULL) = (code_sha256 IS NULL)),
     CHECK ((consumed_at IS NULL) = (connect_number IS NULL))
   )`,
  `COMMENT ON COLUMN connect_state.browser_sha256 IS 'of the cookie of the browser that opened the link'`,
  `COMMENT ON COLUMN connect_state.consumed_at IS 'when its exchange was begun; null again where nothing was sent'`,
  `COMMENT ON COLUMN connect_state.decided_at IS 'when its outcome was known; failure_code null then: the tokens are stored'`,
  `CREATE INDEX connect_state_of ON connect_state (session_sha256)`,
];

const access = [
  `CREATE TABLE service_key (
     key_id text PRIMARY KEY,
     name text NOT NULL,
     scopes text[] NOT NULL,
     tenants text[] NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz,
     revoked_at timestamptz
   )`,
  `COMMENT ON COLUMN service_key.tenants IS 'exact ids or prefix*; {*} is all'`,
  `CREATE TABLE service_key_secret (
     key_id text NOT NULL REFERENCES service_key,
     number integer NOT NULL,
     secret_sha256 bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     revoked_at timestamptz,
     PRIMARY KEY (key_id, number)
   )`,
  `CREATE TABLE admin_event (
     event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     at timestamptz NOT NULL DEFAULT now(),
     actor text NOT NULL,
     action text NOT NULL,
     subject text
   )`,
  `COMMENT ON COLUMN admin_event.actor IS 'key:<keyId>, or admin_key for the one of the configuration'`,
];
