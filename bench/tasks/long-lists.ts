import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

/** Whose connections are listed in one answer: there are no pages. */
export const largeTenant = 'platform';

/** How much is on which list. */
export interface ListLengths {
  /** Connections with a grant, of a tenant each. */
  readonly grants: number;
  readonly ofLargeTenant: number;
  /** Beside the one that a service of the run's own has. */
  readonly serviceKeys: number;
  readonly webhookIds: readonly string[];
  /** Of one connection: events, deliveries to the first webhook, and hours in which its token was handed out. */
  readonly history: number;
}

export interface Planted extends ListLengths {
  /** The one that has a history. */
  readonly connectionId: string;
}

/** Inserts what is only listed: the large tenant's connections have no tokens that anybody could open. */
export async function plantLists(client: Client, lengths: ListLengths): Promise<Planted> {
  const { ofLargeTenant, serviceKeys, history, webhookIds } = lengths;
  const connectionId = randomUUID();
  await client.query(insertConnections, [largeTenant, ofLargeTenant, connectionId]);
  await client.query(insertServiceKeys, [serviceKeys]);
  await client.query(insertHistory, [connectionId, history]);
  await client.query(insertHandOuts, [connectionId, history]);
  await client.query(insertDeliveries, [webhookIds[0], connectionId, largeTenant, history]);
  await client.query('VACUUM ANALYZE');
  return { ...lengths, connectionId };
}

const insertConnections = `
  WITH made AS MATERIALIZED (
    SELECT i, CASE i WHEN 1 THEN $3::uuid ELSE gen_random_uuid() END AS connection_id
      FROM generate_series(1, $2::integer) i
  ), identity AS (
    INSERT INTO connection (connection_id, tenant_id, org_id, org_name, email, api_version, api_url, status, reason)
    SELECT connection_id, $1, 'org-' || i, 'Organisation ' || i, 'person-' || i || '@example.com', 'v1',
           'https://bifrost.example', 'reconnect_required', 'grant_revoked'
      FROM made
    RETURNING connection_id
  ), grants AS (
    INSERT INTO credential (connection_id, connect_number, fingerprint, issued_at, expires_at, token_life_seconds, verified_at)
    SELECT connection_id, 1, substr(md5(i::text), 1, 16), now(), now() + interval '1 hour', 3600, now() FROM made
  )
  INSERT INTO connection_upkeep (connection_id, last_error, consecutive_failures)
  SELECT connection_id, '401 invalid_grant', 3 FROM made JOIN identity USING (connection_id)`;

const insertServiceKeys = `
  WITH made AS (
    INSERT INTO service_key (key_id, name, scopes, tenants)
    SELECT 'planted-' || i, 'service ' || i, '{tokens:read,connections:read}', ARRAY['tenant-' || i, 'prefix-' || i || '*']
      FROM generate_series(1, $1::integer) i
    RETURNING key_id
  )
  INSERT INTO service_key_secret (key_id, number, secret_sha256) SELECT key_id, 1, sha256(key_id::bytea) FROM made`;

const insertHistory = `
  INSERT INTO connection_event (connection_id, kind, detail)
  SELECT $1, 'refresh_failed', jsonb_build_object('outcome', 'refused', 'attempt', i, 'error', '401 invalid_grant')
    FROM generate_series(1, $2::integer) i`;

const insertHandOuts = `
  INSERT INTO hand_out (actor, connection_id, hour, count, last_fingerprint, last_at)
  SELECT 'key:planted-1', $1, date_trunc('hour', now()) - i * interval '1 hour', i, substr(md5(i::text), 1, 16), now()
    FROM generate_series(1, $2::integer) i`;

const insertDeliveries = `
  WITH made AS MATERIALIZED (
    SELECT i, gen_random_uuid() AS event_id FROM generate_series(1, $4::integer) i
  ), events AS (
    INSERT INTO webhook_event (event_id, connection_id, number, type, tenant_id, detail, relayed_at)
    SELECT event_id, $2, i, 'connection.expiring', $3, '{}', now() FROM made
    RETURNING event_id
  )
  INSERT INTO webhook_delivery (delivery_id, endpoint_id, event_id, connection_id, number, status, next_attempt_at,
                                delivered_at, attempts)
  SELECT gen_random_uuid(), $1, event_id, $2, i, 'delivered', NULL, now(), 1 FROM made JOIN events USING (event_id)`;
