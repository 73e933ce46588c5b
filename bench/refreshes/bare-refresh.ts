import { createHash } from 'node:crypto';
import { type Agent, request } from 'node:http';
import { CompactEncrypt, compactDecrypt, type CryptoKey } from 'jose';
import type pg from 'pg';
import { benchKeyId } from '../stage/broker.js';

export interface BareTools {
  readonly pool: pg.Pool;
  readonly agent: Agent;
  readonly key: CryptoKey;
  readonly deskeraUrl: string;
}

interface Opened {
  readonly connection_id: string;
  readonly sealed_refresh_token: string;
}

const open = {
  name: 'bare_open',
  text: `UPDATE connection_upkeep u SET attempt = attempt + 1, attempt_open = true, attempt_until = now() + interval '20 s'
           FROM credential c WHERE u.connection_id = $1 AND c.connection_id = $1
         RETURNING u.connection_id, c.sealed_refresh_token`,
};
const save = {
  name: 'bare_save',
  text: `UPDATE credential SET sealed_token = $2, sealed_refresh_token = $3, fingerprint = $4, refresh_token_sha256 = $5,
                grant_attempt = grant_attempt + 1, expires_at = now() + interval '1 hour', verified_at = now()
          WHERE connection_id = $1`,
};
const keepEvent = {
  name: 'bare_event',
  text: `INSERT INTO connection_event (connection_id, kind) VALUES ($1, 'refreshed')`,
};
const publish = { name: 'bare_change', text: `INSERT INTO change (subject) VALUES ('tenant:' || $1::text)` };

/** The durable steps of one refresh and nothing else: no lease, no rule, no log, no cache. */
export async function bareRefresh(tools: BareTools, connectionId: string): Promise<void> {
  const { rows } = await tools.pool.query<Opened>({ ...open, values: [connectionId] });
  const sealed = rows[0]?.sealed_refresh_token ?? '';
  const { plaintext } = await compactDecrypt(sealed, tools.key);
  const { accessToken, refreshToken } = await ask(tools, Buffer.from(plaintext).toString());
  const seals = await Promise.all([seal(tools, accessToken), seal(tools, refreshToken)]);
  const sha256 = createHash('sha256').update(refreshToken).digest();
  const fingerprint = createHash('sha256').update(accessToken).digest('hex').slice(0, 16);
  await store(tools, connectionId, [...seals, fingerprint, sha256]);
}

async function store({ pool }: BareTools, connectionId: string, grant: readonly unknown[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query({ ...save, values: [connectionId, ...grant] });
    await client.query({ ...keepEvent, values: [connectionId] });
    await client.query({ ...publish, values: [connectionId] });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

function seal({ key }: BareTools, text: string): Promise<string> {
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', kid: benchKeyId })
    .encrypt(key);
}

interface Answer {
  readonly accessToken: string;
  readonly refreshToken: string;
}

function ask({ agent, deskeraUrl }: BareTools, refreshToken: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const url = `${deskeraUrl}/v1/iam/auth/app/getrefreshtoken`;
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const call = request(url, { method: 'POST', agent, headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => {
      if (answer.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks).toString()) as Answer);
      else reject(new Error(`The sandbox answered ${String(answer.statusCode)}`));
    });
  });
  call.once('error', reject);
  call.end(JSON.stringify({ refreshToken }));
  return promise;
}
