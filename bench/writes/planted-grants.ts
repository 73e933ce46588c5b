import { createHash, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { testSealer, testSiteSealer } from '#crypto/testing';
import { Secret } from '#kernel';
import { benchKeyId } from '../stage/broker.js';

/** One org of the sandbox's for all tenants: so all tokens can be copies of one. */
const orgId = '11242';
const mostAtOnce = 500;

interface Pair {
  readonly deskeraToken: string;
  readonly deskeraRefreshToken: string;
}

export interface Planting {
  readonly client: Client;
  readonly deskeraUrl: string;
  readonly count: number;
  /** Tenants are called so, with a number from 0 behind. */
  readonly tenantPrefix: string;
}

/** Connections whose grants are the sandbox's, sealed as the broker seals them; due in an hour. */
export async function plantGrants(planting: Planting): Promise<void> {
  for (let from = 0; from < planting.count; from += mostAtOnce) {
    const pairs = await issued(planting.deskeraUrl, Math.min(mostAtOnce, planting.count - from));
    const rows = pairs.map((pair, index) =>
      rowOf(pair, `${planting.tenantPrefix}${String(from + index)}`, planting.deskeraUrl),
    );
    await planting.client.query(insertGrants, [
      JSON.stringify(await Promise.all(rows)),
      orgId,
      planting.deskeraUrl,
    ]);
  }
  await planting.client.query('VACUUM ANALYZE');
}

async function issued(deskeraUrl: string, count: number): Promise<readonly Pair[]> {
  const response = await fetch(`${deskeraUrl}/sandbox/grants`, {
    method: 'POST',
    body: JSON.stringify({ orgId, count }),
  });
  if (response.status !== 201) throw new Error(`The sandbox issued no grants: ${await response.text()}`);
  return ((await response.json()) as { items: Pair[] }).items;
}

const sealer = testSealer(benchKeyId);
const siteSealer = testSiteSealer(benchKeyId);

async function rowOf(pair: Pair, tenantId: string, apiUrl: string): Promise<object> {
  const connectionId = randomUUID();
  const site = { tenantId, connectionId, connectNumber: 1, apiUrl, apiVersion: 'v1' };
  const seal = (text: string, purpose: 'token' | 'refresh_token'): Promise<string> =>
    sealer.seal(Secret.of(text), { tenantId, connectionId, connectNumber: 1, attempt: 0, purpose });
  return {
    connection_id: connectionId,
    tenant_id: tenantId,
    sealed_token: await seal(pair.deskeraToken, 'token'),
    sealed_refresh_token: await seal(pair.deskeraRefreshToken, 'refresh_token'),
    fingerprint: sha256(pair.deskeraToken).slice(0, 16),
    refresh_token_sha256: sha256(pair.deskeraRefreshToken),
    site_seal: siteSealer.seal(site),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const insertGrants = `
  WITH planted AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS p(
      connection_id uuid, tenant_id text, sealed_token text, sealed_refresh_token text, fingerprint text,
      refresh_token_sha256 text, site_seal text)
  ), identity AS (
    INSERT INTO connection (connection_id, tenant_id, org_id, org_name, email, api_version, api_url, status, site_seal)
    SELECT connection_id, tenant_id, $2, 'Singapore Org', 'person@example.com', 'v1', $3, 'connected', site_seal
      FROM planted
    RETURNING connection_id
  ), grants AS (
    INSERT INTO credential (connection_id, connect_number, sealed_token, sealed_refresh_token, fingerprint, issued_at,
                            expires_at, token_life_seconds, verified_at, refresh_token_sha256)
    SELECT connection_id, 1, sealed_token, sealed_refresh_token, fingerprint, now(), now() + interval '1 hour', 3600,
           now(), decode(refresh_token_sha256, 'hex')
      FROM planted
  )
  INSERT INTO connection_upkeep (connection_id, next_due_at)
  SELECT connection_id, now() + interval '1 hour' FROM planted JOIN identity USING (connection_id)`;

/** As after a night without upkeep: all expired, all due. */
export async function expireTogether(client: Client, tenantPrefix: string): Promise<void> {
  await client.query(
    `WITH expired AS (
       UPDATE credential c SET expires_at = now() - interval '1 second'
         FROM connection n WHERE n.connection_id = c.connection_id AND n.tenant_id LIKE $1 || '%'
       RETURNING c.connection_id
     )
     UPDATE connection_upkeep u SET next_due_at = now() - interval '1 second'
       FROM expired WHERE u.connection_id = expired.connection_id`,
    [tenantPrefix],
  );
}
