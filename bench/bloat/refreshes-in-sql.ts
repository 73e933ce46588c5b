import type { Client } from 'pg';

/**
 * What the broker's statements do to the rows of a refresh: claimed, opened, saved. New texts each time, which no compression
 * makes smaller.
 */
export async function refreshInSql(client: Client, from: number, count: number): Promise<void> {
  const some = `SELECT connection_id FROM connection WHERE tenant_id = ANY (
    SELECT 'tenant-' || i FROM generate_series($1::integer, $1::integer + $2::integer - 1) i)`;
  const values = [from, count];
  await client.query(
    `UPDATE connection_upkeep SET lease_id = gen_random_uuid(), lease_until = now() + interval '20 s'
      WHERE connection_id IN (${some})`,
    values,
  );
  await client.query(
    `UPDATE connection_upkeep SET attempt = attempt + 1, attempt_open = true, attempt_until = now() + interval '20 s',
            state_version = state_version + 1
      WHERE connection_id IN (${some})`,
    values,
  );
  await client.query(
    `WITH text AS MATERIALIZED (
       SELECT string_agg(encode(uuid_send(gen_random_uuid()), 'base64'), '') AS sealed FROM generate_series(1, 120)
     ), saved AS (
       UPDATE credential SET grant_attempt = grant_attempt + 1, sealed_token = sealed, sealed_refresh_token = sealed,
              refresh_token_sha256 = uuid_send(gen_random_uuid()), expires_at = now() + interval '1 hour'
         FROM text WHERE connection_id IN (${some})
     )
     UPDATE connection_upkeep SET attempt_open = false, lease_id = NULL, next_due_at = now() + random() * interval '1 hour',
            state_version = state_version + 1
      WHERE connection_id IN (${some})`,
    values,
  );
}
