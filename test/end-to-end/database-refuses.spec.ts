import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { applyMigrations } from '#database/migrate';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { startTestPostgres } from '../postgres/index.js';
import { startPlatform, type Platform } from './platform.js';
import { staysRemembered } from './stays-remembered.js';

const role = 'broker_role';
const password = randomBytes(12).toString('hex');

let server: LocalPostgres;
let platform: Platform;
let admin: pg.Client;

beforeAll(async () => {
  server = await startTestPostgres();
  const databaseUrl = await server.ensureDatabase('broker');
  await applyMigrations({ databaseUrl });
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  const inDatabase = new pg.Client({ connectionString: databaseUrl });
  await inDatabase.connect();
  await inDatabase.query(`
    GRANT USAGE ON SCHEMA public, pgboss TO ${role};
    GRANT ALL ON ALL TABLES IN SCHEMA public, pgboss TO ${role};
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public, pgboss TO ${role};
    REVOKE CONNECT, TEMPORARY ON DATABASE broker FROM PUBLIC;
    GRANT CONNECT ON DATABASE broker TO ${role}`);
  await inDatabase.end();
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = password;
  platform = await startPlatform({
    databaseUrl: url.href,
    variables: { SERVE_WITHOUT_DATABASE_SECONDS: '600' },
  });
  await platform.broker.connect('acme');
});

afterAll(async () => {
  await platform.close();
  await admin.end();
  await server.discard();
});

const refusals: readonly [string, cause: string, refuse: string, allow: string][] = [
  [
    'another password',
    'login_refused',
    `ALTER ROLE ${role} PASSWORD 'another'`,
    `ALTER ROLE ${role} PASSWORD '${password}'`,
  ],
  ['a role without LOGIN', 'login_refused', `ALTER ROLE ${role} NOLOGIN`, `ALTER ROLE ${role} LOGIN`],
  [
    'a renamed database',
    'database_missing',
    'ALTER DATABASE broker RENAME TO renamed',
    'ALTER DATABASE renamed RENAME TO broker',
  ],
  [
    'a role without CONNECT',
    'permission_denied',
    `REVOKE CONNECT ON DATABASE broker FROM ${role}`,
    `GRANT CONNECT ON DATABASE broker TO ${role}`,
  ],
  [
    'a database that allows no connections',
    'not_accepting',
    'ALTER DATABASE broker ALLOW_CONNECTIONS false',
    'ALTER DATABASE broker ALLOW_CONNECTIONS true',
  ],
  [
    'a limit of connections',
    'too_many_connections',
    `ALTER ROLE ${role} CONNECTION LIMIT 0`,
    `ALTER ROLE ${role} CONNECTION LIMIT -1`,
  ],
];

describe('a database that refuses the broker', () => {
  it.each(refusals)(
    'is away where it answers with %s, and is used again afterwards',
    async (_what, cause, refuse, allow) => {
      await eventually(() => staysRemembered(platform.broker, 'acme'));
      await disconnectThen(refuse);
      try {
        await expectOutage(cause);
      } finally {
        await admin.query(allow);
      }
      await expectReturn();
    },
  );

  it.each([
    ['SELECT on its tables', 'ALL TABLES IN SCHEMA public', 'ALL'],
    ['USAGE of its schema', 'SCHEMA public', 'USAGE'],
  ])(
    'is away where it takes %s from the role, and is used again afterwards',
    async (_what, object, right) => {
      await eventually(() => staysRemembered(platform.broker, 'acme'));
      await inDatabase(`REVOKE ${right} ON ${object} FROM ${role}, PUBLIC`);
      try {
        await expectOutage(null);
      } finally {
        await inDatabase(`GRANT ${right} ON ${object} TO ${role}`);
      }
      await expectReturn();
    },
  );
});

async function expectOutage(cause: string | null): Promise<void> {
  await eventually(async () => {
    const { status, json } = await platform.broker.token('acme');
    if (status !== 200 && status !== 503) throw new Error(`a hot read was answered ${String(status)}`);
    return json['degraded'] === 'database_unavailable';
  });
  expect(await platform.broker.token('another')).toMatchObject({
    status: 503,
    json: { code: 'broker_unavailable' },
  });
  if (cause === null) return;
  await eventually(async () => (await databasePart())?.facts['cause'] === cause);
  expect(await databasePart()).toMatchObject({ facts: { setting: expect.stringMatching(/^DATABASE_/) } });
}

async function expectReturn(): Promise<void> {
  await eventually(async () => {
    const { status, json } = await platform.broker.token('acme');
    return status === 200 && json['degraded'] === null;
  });
  await eventually(async () => (await databasePart())?.status === 'ok');
}

async function databasePart(): Promise<{ status: string; facts: Record<string, unknown> } | undefined> {
  const address = new URL('/health/ready', platform.broker.url);
  const answer = (await (await fetch(address)).json()) as {
    parts: { part: string; status: string; facts: Record<string, unknown> }[];
  };
  return answer.parts.find(({ part }) => part === 'database');
}

async function disconnectThen(sql: string): Promise<void> {
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`;
  // A database that is renamed must have no sessions: the broker may be quicker to come back.
  await eventually(async () => {
    try {
      await admin.query(`ALTER ROLE ${role} NOLOGIN`);
      await admin.query(end);
      await admin.query(sql);
      return true;
    } catch {
      return false;
    } finally {
      if (!sql.includes('NOLOGIN')) await admin.query(`ALTER ROLE ${role} LOGIN`);
    }
  });
  await admin.query(end);
}

async function inDatabase(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl('broker') });
  await client.connect();
  await client.query(sql);
  await client.end();
}
