import type { Client } from 'pg';
import { testSealer } from '#crypto/testing';

const opened = 100;

/** @throws where there are not so many seals, one names another key, or does not open with this one alone */
export async function requireAllUnder(client: Client, keyId: string, count: number): Promise<void> {
  const { rows } = await client.query<{ seals: number; under: number }>(countSeals, [keyId]);
  const { seals, under } = rows[0] ?? { seals: 0, under: 0 };
  if (seals !== count || under !== count)
    throw new Error(`${String(under)} of ${String(seals)} seals are under ${keyId}.`);
  const sealer = testSealer(keyId);
  for (const { sealed, ...place } of (await client.query<SealedToken>(someTokens, [opened])).rows)
    await sealer.open(sealed, { ...place, connectNumber: 1, attempt: 0, purpose: 'token' });
}

interface SealedToken {
  readonly sealed: string;
  readonly connectionId: string;
  readonly tenantId: string;
}

/** The protected header is base64url; PostgreSQL reads base64 with its padding. */
const countSeals = `
  WITH header AS (
    SELECT translate(split_part(sealed, '.', 1), '-_', '+/') AS text
      FROM (SELECT unnest(ARRAY[sealed_token, sealed_refresh_token]) AS sealed FROM credential
            UNION ALL SELECT sealed_secret FROM webhook_secret) seal
     WHERE sealed IS NOT NULL
  ), parsed AS (
    SELECT convert_from(decode(rpad(text, 4 * ceil(length(text) / 4.0)::integer, '='), 'base64'), 'UTF8')::jsonb AS header
      FROM header
  )
  SELECT count(*)::integer AS seals, (count(*) FILTER (WHERE header ->> 'kid' = $1))::integer AS under FROM parsed`;

const someTokens = `
  SELECT c.sealed_token AS sealed, c.connection_id AS "connectionId", n.tenant_id AS "tenantId"
    FROM credential c JOIN connection n ON n.connection_id = c.connection_id
   WHERE c.sealed_token IS NOT NULL
   ORDER BY c.connection_id
   LIMIT $1`;
