import type { Client } from 'pg';

export interface ManyConnections {
  readonly count: number;
  /** Tenants are called so, with a number from 1 behind. */
  readonly tenantPrefix: string;
  readonly apiUrl: string;
  readonly orgId?: string;
  /** When the first is due, and the next ones by so much later: seconds from now. */
  readonly firstDueInSeconds: number;
  readonly dueSpacingSeconds: number;
  /** Of what stands in for the two sealed texts, which nobody can open. */
  readonly sealedBytes?: number;
}

/** Inserts connected connections by the thousand, as they stand when nothing went wrong. */
export async function insertConnections(client: Client, many: ManyConnections): Promise<void> {
  await client.query(insertMany, [
    many.count,
    many.tenantPrefix,
    many.apiUrl,
    many.orgId ?? '11242',
    many.firstDueInSeconds,
    many.dueSpacingSeconds,
    many.sealedBytes ?? 2_800,
  ]);
  await client.query('ANALYZE connection, connection_upkeep, credential');
}

/** Random bytes, so that PostgreSQL can't compress them: each value is compressed by itself, so one text does for all. */
const insertMany = `
  WITH made AS MATERIALIZED (
    SELECT i, gen_random_uuid() AS connection_id FROM generate_series(1, $1::integer) i
  ), filler AS MATERIALIZED (
    SELECT string_agg(encode(uuid_send(gen_random_uuid()), 'base64'), '') AS text
      FROM generate_series(1, $7::integer / 24)
  ), identity AS (
    INSERT INTO connection (connection_id, tenant_id, org_id, org_name, email, api_version, api_url, status, created_at)
    SELECT connection_id, $2 || i, $4, 'Made-up Org', 'person@example.com', 'v1', $3, 'connected',
           now() - make_interval(secs => $1::integer - i)
      FROM made
    RETURNING connection_id
  ), grants AS (
    INSERT INTO credential (connection_id, connect_number, sealed_token, sealed_refresh_token, fingerprint, issued_at,
                            expires_at, token_life_seconds, verified_at, refresh_token_sha256)
    SELECT connection_id, i, filler.text, filler.text, substr(md5(i::text), 1, 16), now(),
           now() + interval '1 hour', 3600, now(), uuid_send(connection_id) || uuid_send(connection_id)
      FROM made, filler
  )
  INSERT INTO connection_upkeep (connection_id, next_due_at)
  SELECT connection_id, now() + make_interval(secs => $5::double precision + i * $6::double precision)
    FROM made JOIN identity USING (connection_id)`;
