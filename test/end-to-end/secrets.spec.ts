import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { compactDecrypt } from 'jose';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { freePort } from '../../apps/local/src/free-port.js';
import { Person } from '../../apps/local/src/demo/person.js';
import { goodEnvironment } from '#config/testing';
import { defaultClient, startSandbox, type RunningSandbox } from '#sandbox';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { BrokerClient } from './broker-client.js';
import { startChild, type Child } from './child.js';
import { SandboxControl } from './sandbox-control.js';

/** Everything that must be seen nowhere, by what it is. */
const secrets = new Map<string, string>();

let database: TestDatabase;
let sandbox: RunningSandbox;
let control: SandboxControl;
let child: Child;
let broker: BrokerClient;
const answers: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  sandbox = await startSandbox({ defaultCallbackUri: `${url}/oauth/callback` });
  control = new SandboxControl(sandbox.url);
  const adminKey = keep('admin key', randomBytes(24).toString('base64url'));
  keep('client secret', defaultClient.clientSecret);
  keep('encryption key', String(goodEnvironment['ENCRYPTION_KEYS']).split(':')[1]);
  child = startChild('dist/apps/token-broker/src/main.js', [], settings(url, adminKey));
  broker = new BrokerClient(url, adminKey);
  await eventually(async () => (await fetch(`${url}/health/ready`).catch(() => null))?.ok === true);
  await liveThroughEverything();
  child.signal('SIGTERM');
  await child.ended;
  await keepSealed();
});

afterAll(async () => {
  await sandbox.close();
  await database.drop();
});

describe('after a full run at the most talkative level', () => {
  it('there is something to look for, and something to look through', () => {
    const kinds = new Set([...secrets.keys()].map((what) => what.split(' ')[0]));
    expect(kinds).toEqual(
      new Set([
        'admin',
        'client',
        'encryption',
        'service',
        'link',
        'state',
        'code',
        'deskera-token',
        'sealed',
        'nonsense',
        'wrong',
      ]),
    );
    expect(child.output().split('\n').length).toBeGreaterThan(30);
  });

  it('no secret is in the log', () => {
    expect(foundIn(child.output())).toEqual([]);
  });

  it('no secret is in an error', () => {
    expect(answers.length).toBeGreaterThan(5);
    expect(foundIn(answers.join('\n'))).toEqual([]);
  });

  it('no secret is in the database, in any table or column', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const tables = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of tables.rows) {
      const { rows } = await client.query(`SELECT * FROM "${name}"`);
      expect({ table: name, found: foundIn(JSON.stringify(rows)) }).toEqual({ table: name, found: [] });
    }
    await client.end();
  });
});

/** What is sealed, refresh tokens among it: opened here with the key of the configuration. */
async function keepSealed(): Promise<void> {
  const key = Buffer.from(String(goodEnvironment['ENCRYPTION_KEYS']).split(':')[1] ?? '', 'base64');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ token: string; refresh: string }>(
    `SELECT sealed_token AS token, sealed_refresh_token AS refresh FROM credential WHERE sealed_token IS NOT NULL`,
  );
  await client.end();
  for (const row of rows) {
    for (const [what, sealed] of Object.entries(row)) {
      const { plaintext } = await compactDecrypt(sealed, key);
      keep(`sealed ${what} ${String(secrets.size)}`, Buffer.from(plaintext).toString('utf8'));
    }
  }
}

async function liveThroughEverything(): Promise<void> {
  const { json } = await broker.call('POST', '/admin/api/service-keys', {
    name: 'service',
    scopes: ['tokens:read', 'connections:write'],
    tenants: ['*'],
  });
  const service = broker.withKey(keep('service key', String(json['key'])));
  for (const apiVersion of ['v1', 'v2']) {
    await connectNoting(service, apiVersion);
    await noteToken(service, apiVersion);
  }
  await control.expire('11242');
  await noteToken(service, 'v1', '?maxVerifiedAgeSeconds=0');
  await control.fault({ operation: 'refresh', kind: 'status', times: 1, status: 400, body: echoing() });
  await control.expire('11242');
  await noteError(service, '/v1/tenants/v1/deskera-token?maxVerifiedAgeSeconds=0');
  await control.fault({ operation: 'exchange', kind: 'html', times: 1, status: 502 });
  await connectNoting(service, 'v1');
  await control.revoke('11242');
  await noteError(service, '/v1/tenants/v2/deskera-token?maxVerifiedAgeSeconds=0');
  const nonsense = keep('nonsense', `nonsense-${randomBytes(12).toString('hex')}`);
  for (const path of [
    `/oauth/callback?code=${nonsense}&state=${nonsense}`,
    `/oauth/callback?code=${nonsense}`,
    `/connect/${nonsense}`,
    `/v1/tenants/a%20b/deskera-token?x=${nonsense}`,
    `/${nonsense}`,
  ]) {
    await noteError(service, path);
  }
  const stranger = broker.withKey(
    keep('wrong key', `dtb_${randomBytes(8).toString('hex')}_${randomBytes(24).toString('hex')}`),
  );
  await noteError(stranger, '/v1/tenants/acme/deskera-token');
}

/** Connects as a person does, and notes all that passes by. */
async function connectNoting(service: BrokerClient, apiVersion: string): Promise<void> {
  const { json } = await service.startConnect(apiVersion, { apiVersion });
  const connectUrl = String(json['connectUrl']);
  keep(`link ${connectUrl.slice(-6)}`, connectUrl.split('/').at(-1));
  const person = new Person();
  const consent = await person.open(connectUrl);
  const state = new URL(consent.address).searchParams.get('state');
  keep(`state ${String(state).slice(-6)}`, state);
  await notingCodes(() => person.press(consent, 'Allow'));
}

/** The V2 code passes through the person's browser. */
async function notingCodes(work: () => Promise<unknown>): Promise<void> {
  const { fetch: real } = globalThis;
  globalThis.fetch = (...request) => {
    const [address] = request;
    const code = typeof address === 'string' ? new URL(address).searchParams.get('code') : null;
    if (code !== null) keep('code', code);
    return real(...request);
  };
  try {
    await work();
  } finally {
    globalThis.fetch = real;
  }
}

async function noteToken(service: BrokerClient, tenantId: string, query = ''): Promise<void> {
  const { status, json } = await service.token(tenantId, query);
  expect(status).toBe(200);
  keep(`deskera-token ${String(json['fingerprint'])}`, String(json['deskeraToken']));
}

async function noteError(service: BrokerClient, path: string): Promise<void> {
  const { status, json } = await service.call('GET', path, undefined, { accept: 'application/json' });
  expect(status).toBeGreaterThanOrEqual(400);
  answers.push(JSON.stringify(json));
}

/** An error whose sentence holds what was sent, as Deskera's do. */
function echoing(): unknown {
  return {
    error: 'invalid_grant',
    error_description: `Invalid refresh token: ${[...secrets.values()].join(' ')}`,
  };
}

function keep(what: string, secret: string | null | undefined): string {
  if (secret === null || secret === undefined || secret === '') throw new Error(`there is no ${what}`);
  secrets.set(what, secret);
  return secret;
}

function foundIn(text: string): string[] {
  return [...secrets].filter(([, secret]) => text.includes(secret)).map(([what]) => what);
}

function settings(url: string, adminKey: string): Record<string, string> {
  return {
    ...goodEnvironment,
    LOG_LEVEL: 'trace',
    DATABASE_URL: database.url,
    HOST: '127.0.0.1',
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    ADMIN_KEY: adminKey,
    DESKERA_CLIENT_ID: defaultClient.clientId,
    DESKERA_CLIENT_SECRET: defaultClient.clientSecret,
    DESKERA_API_URL: sandbox.url,
    DESKERA_V1_AUTH_URL: `${sandbox.url}/appauth/`,
    DESKERA_V2_AUTH_URL: `${sandbox.url}/oauth2/`,
    DESKERA_TIMEOUT_SECONDS: '2',
    SWEEP_INTERVAL_SECONDS: '1',
  };
}
