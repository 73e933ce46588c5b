import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { BrokerProcess } from './testing/broker-process.js';

const adminKey = 'an-admin-key-of-the-spec-with-enough-characters';

let database: TestDatabase;
let broker: BrokerProcess;
let base: string;

beforeAll(async () => {
  database = await createTestDatabase();
  broker = new BrokerProcess({
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: 'https://broker.example',
    SHUTDOWN_GRACE_SECONDS: '0',
    DATABASE_URL: database.url,
    DESKERA_CLIENT_ID: 'cl_pub_spec',
    DESKERA_CLIENT_SECRET: 'a-client-secret-of-the-spec',
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    ADMIN_KEY: adminKey,
    TRUST_PROXY: '127.0.0.1',
  });
  base = `http://127.0.0.1:${String(await broker.listensOn())}`;
  await eventually(async () => (await fetch(`${base}/health/ready`)).status === 200);
});

afterAll(async () => {
  await broker.discard();
  await database.drop();
});

async function api(path: string, body: unknown): Promise<Record<string, string>> {
  const response = await fetch(`${base}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, string>;
}

async function rowsOf(text: string): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ count: number }>(text);
  await client.end();
  return rows[0]?.count ?? 0;
}

function linesOf(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a link that is opened thousands of times', () => {
  it('makes a bounded number of rows, is refused early with Retry-After, and leaves the rest of the broker well', async () => {
    const { connectUrl = '' } = await api('/v1/tenants/acme/connect-sessions', {});
    const { pathname } = new URL(connectUrl);
    const open = async (from: string): Promise<Response> =>
      fetch(`${base}${pathname}`, { redirect: 'manual', headers: { 'x-forwarded-for': from } });
    const flood = Array.from({ length: 1_500 }, () => open('192.0.2.1'));
    const ready = fetch(`${base}/health/ready`);
    const person = await open('198.51.100.7');
    expect([person.status, (await ready).status]).toEqual([303, 200]);
    const answers = await Promise.all(flood);
    const refused = answers.filter(({ status }) => status === 503);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303, 503]));
    expect(new Set(refused.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['1']));
    await open('198.51.100.7');
    expect(await rowsOf('SELECT count(*)::int AS count FROM connect_state')).toBeLessThanOrEqual(100);
  });
});

describe('the log of refused requests', () => {
  it('names the address and the public id of the key, and never the secret', async () => {
    const secret = randomBytes(32).toString('base64url');
    const refused = await fetch(`${base}/v1/tenants/acme/connections`, {
      headers: {
        authorization: `Bearer dtb_0123456789abcdef_${secret}`,
        'x-forwarded-for': '203.0.113.9:4711',
      },
    });
    expect(refused.status).toBe(401);
    await eventually(() => broker.output.includes('203.0.113.9'));
    expect(linesOf(broker.output)).toContainEqual(
      expect.objectContaining({ status: 401, clientAddress: '203.0.113.9', keyId: '0123456789abcdef' }),
    );
    expect(broker.output).not.toContain(secret);
  });

  it('names a good key that does not cover the tenant', async () => {
    const { key = '', keyId } = await api('/admin/api/service-keys', {
      name: 'narrow',
      scopes: ['tokens:read'],
      tenants: ['other'],
    });
    const refused = await fetch(`${base}/v1/tenants/acme/deskera-token`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(refused.status).toBe(403);
    await eventually(() => linesOf(broker.output).some(({ status }) => status === 403));
    const line = linesOf(broker.output).find(({ status }) => status === 403);
    expect(line).toMatchObject({ keyId, clientAddress: '127.0.0.1' });
  });

  it('has a bounded number of lines for one address, however many requests are refused', async () => {
    const from = { headers: { 'x-forwarded-for': '203.0.113.77' } };
    for (let requests = 0; requests < 300; requests += 1)
      await (await fetch(`${base}/v1/tenants/acme/connections`, from)).body?.cancel();
    const lines = linesOf(broker.output).filter(({ clientAddress }) => clientAddress === '203.0.113.77');
    expect(lines.length).toBeGreaterThan(0);
    // A minute may have begun in between.
    expect(lines.length).toBeLessThanOrEqual(40);
  });
});
