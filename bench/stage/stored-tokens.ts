import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { testSealer, testSiteSealer } from '#crypto/testing';
import { Secret } from '#kernel';
import { benchKeyId } from './broker.js';

/** As long as a deskera-token with a handful of claims and an RS256 signature. */
const tokenBytes = 2_048;
const rowsPerStatement = 20_000;
const sealsPerStatement = 500;

/** The tenant of a row, counted from 0. */
export function tenantOf(index: number): string {
  return `tenant-${String(index)}`;
}

export function randomTokenText(): string {
  return randomBytes((tokenBytes * 3) / 4).toString('base64url');
}

/**
 * Connected rows, one for each tenant, none of them due before tomorrow. Their credentials are random text as long as a
 * sealed token: for what nobody opens.
 */
export async function storeRows(client: pg.Client, count: number): Promise<void> {
  const sealedLength = (await sealed(0, randomTokenText())).text.length;
  const noise = randomBytes(sealedLength).toString('hex');
  for (let from = 0; from < count; from += rowsPerStatement) {
    const to = Math.min(count, from + rowsPerStatement) - 1;
    await client.query(insertConnections, [from, to]);
    await client.query(insertUpkeep, [from, to]);
    await client.query(insertCredentials, [from, to, noise, sealedLength]);
  }
  await client.query('VACUUM ANALYZE');
}

/** Makes the tokens of these rows real: sealed for their place, with the key that the brokers have. */
export async function sealTokens(client: pg.Client, indexes: readonly number[]): Promise<void> {
  for (let from = 0; from < indexes.length; from += sealsPerStatement) {
    const part = indexes.slice(from, from + sealsPerStatement);
    const seals = await Promise.all(part.map((index) => sealed(index, randomTokenText())));
    await client.query(updateCredentials, [
      part.map(connectionIdOf),
      seals.map(({ text }) => text),
      seals.map(({ fingerprint }) => fingerprint),
      part.map(siteSealOf),
    ]);
  }
}

/** @returns the header of a service key that may read every tenant's token */
export async function storeServiceKey(client: pg.Client): Promise<string> {
  const keyId = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const sha256 = createHash('sha256').update(secret).digest();
  await client.query(
    `WITH k AS (INSERT INTO service_key (key_id, name, scopes, tenants)
                VALUES ($1, 'bench', '{tokens:read}', '{tenant-*}') RETURNING key_id)
     INSERT INTO service_key_secret (key_id, number, secret_sha256) SELECT key_id, 1, $2 FROM k`,
    [keyId, sha256],
  );
  return `Bearer dtb_${keyId}_${secret}`;
}

export async function withClient<Result>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function connectionIdOf(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}

const sealer = testSealer(benchKeyId);
const siteSealer = testSiteSealer(benchKeyId);
const site = { apiUrl: 'https://bifrost.example', apiVersion: 'v1' };

function siteSealOf(index: number): string {
  return siteSealer.seal({
    tenantId: tenantOf(index),
    connectionId: connectionIdOf(index),
    connectNumber: 1,
    ...site,
  });
}

async function sealed(index: number, token: string): Promise<{ text: string; fingerprint: string }> {
  const secret = Secret.of(token);
  const text = await sealer.seal(secret, {
    tenantId: tenantOf(index),
    connectionId: connectionIdOf(index),
    connectNumber: 1,
    attempt: 0,
    purpose: 'token',
  });
  return { text, fingerprint: secret.fingerprint() };
}

const idOf = (column: string): string =>
  `('00000000-0000-4000-8000-' || lpad(to_hex(${column}), 12, '0'))::uuid`;

const insertConnections = `
  INSERT INTO connection (connection_id, tenant_id, org_id, org_name, email, api_version, api_url, status)
  SELECT ${idOf('i')}, 'tenant-' || i, (11000 + i)::text, 'Org ' || i, 'person-' || i || '@example.com',
         '${site.apiVersion}', '${site.apiUrl}', 'connected'
    FROM generate_series($1::bigint, $2::bigint) i`;

const insertUpkeep = `
  INSERT INTO connection_upkeep (connection_id, next_due_at)
  SELECT ${idOf('i')}, now() + interval '1 day' FROM generate_series($1::bigint, $2::bigint) i`;

// Random text, cut at another place for each row.
const insertCredentials = `
  INSERT INTO credential (connection_id, connect_number, sealed_token, sealed_refresh_token, fingerprint, issued_at,
                          expires_at, token_life_seconds, verified_at, refresh_token_sha256)
  SELECT ${idOf('i')}, 1, substr($3, 1 + (i * 7919 % $4)::int, $4::int), substr($3, 1 + (i * 104729 % $4)::int, $4::int),
         substr(md5(i::text), 1, 16), now(), now() + interval '1 day', 86400, now(), sha256(i::text::bytea)
    FROM generate_series($1::bigint, $2::bigint) i`;

const updateCredentials = `
  WITH s AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
                  AS s (connection_id, sealed_token, fingerprint, site_seal)
  ), sites AS (
    UPDATE connection n SET site_seal = s.site_seal FROM s WHERE n.connection_id = s.connection_id
  )
  UPDATE credential c SET sealed_token = s.sealed_token, fingerprint = s.fingerprint
    FROM s WHERE c.connection_id = s.connection_id`;
