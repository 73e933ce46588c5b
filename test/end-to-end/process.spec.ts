import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { stat, utimes } from 'node:fs/promises';
import { goodEnvironment } from '#config/testing';
import { eventually } from '#kernel/testing';
import pg from 'pg';
import { freePort } from '../../apps/local/src/free-port.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { startChild, type Child } from './child.js';

const program = 'dist/apps/token-broker/src/main.js';
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

describe('the broker as a process', () => {
  it('is ready in under 3 s', async () => {
    const took: number[] = [];
    // The quickest of three, and of each what it took itself: the machine that runs the tests has other things to do.
    for (let start = 0; start < 3; start += 1) {
      const { child, url } = await startBroker(database.url);
      await eventually(() => isReady(url));
      took.push(Number(/ready in (\d+) ms/.exec(child.output())?.[1]) - child.heldUpMilliseconds());
      child.signal('SIGTERM');
      expect(await child.ended).toBe(0);
    }
    expect(Math.min(...took)).toBeLessThan(3_000);
  });

  it('ends once and in order on many SIGTERMs', async () => {
    const { child, url } = await startBroker(database.url);
    await eventually(() => isReady(url));
    child.signal('SIGTERM');
    child.signal('SIGTERM');
    child.signal('SIGINT');
    expect(await child.ended).toBe(0);
    expect(child.output().match(/: stopping/g)).toHaveLength(1);
  });

  it('comes up by itself when the database does, and is live meanwhile', async () => {
    const later = new URL(database.url);
    const away = new URL(database.url);
    away.port = String(await freePort());
    const { child, url } = await startBroker(away.href);
    await eventually(async () => (await statusOf(`${url}/health/live`)) === 200);
    expect(await statusOf(`${url}/health/ready`)).toBe(503);
    const answer = await fetch(`${url}/v1/tenants/acme/deskera-token`, {
      headers: { authorization: `Bearer ${adminKey}` },
    });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'broker_unavailable' });
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(child.output()).not.toContain(later.password);
    child.signal('SIGTERM');
    expect(await child.ended).toBe(0);
  });

  it('names every bad setting at once, and no value', async () => {
    const child = startChild(program, [], {
      ...goodEnvironment,
      PUBLIC_URL: 'not-a-url-8472',
      ENCRYPTION_KEYS: 'short:c2VjcmV0LTg0NzI=',
      ADMIN_KEY: 'weak-8472',
      DESKERA_API_VERSION: 'v8472',
      DESKERA_CLIENT_ID: '',
    });
    expect(await child.ended).toBe(1);
    for (const name of [
      'PUBLIC_URL',
      'ENCRYPTION_KEYS',
      'ADMIN_KEY',
      'DESKERA_API_VERSION',
      'DESKERA_CLIENT_ID',
    ]) {
      expect(child.output()).toContain(name);
    }
    expect(child.output()).not.toMatch(/8472|c2VjcmV0/);
  });

  it.each([
    ['a database that was never migrated', null],
    ['a schema that is too old', 'UPDATE schema_info SET version = 0'],
    ['a schema that supports newer brokers only', 'UPDATE schema_info SET oldest_broker = 99'],
  ])('refuses %s', async (_what, sql) => {
    const other = sql === null ? await createEmptyDatabase() : await createTestDatabase();
    if (sql !== null) await execute(other.url, sql);
    const { child } = await startBroker(other.url);
    expect(await child.ended).toBe(1);
    expect(child.output()).toMatch(/schema/i);
    await other.drop();
  });
});

describe('npm run migrate', () => {
  it('makes the schema, and may be run by several at once', async () => {
    const empty = await createEmptyDatabase();
    const children = [1, 2, 3].map(() =>
      startChild('dist/apps/token-broker/src/migrate.js', [], { DATABASE_URL: empty.url }),
    );
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(children.filter((child) => child.output().includes('Applied')).length).toBe(1);
    await empty.drop();
  });

  it('says what is missing', async () => {
    const child = startChild('dist/apps/token-broker/src/migrate.js', [], {});
    expect(await child.ended).toBe(1);
    expect(child.output()).toContain('DATABASE_URL');
  });
});

describe('npm run demo', () => {
  it('shows the whole life of a token, and ends well', async () => {
    const child = startChild('apps/local/launch.ts', ['demo'], {});
    expect(await child.ended).toBe(0);
    for (const word of ['not_connected', 'connected', '200', '401', 'reconnect_required', 'grant_revoked']) {
      expect(child.output()).toContain(word);
    }
    expect(child.output()).not.toMatch(/eyJ[A-Za-z0-9_-]{20}/);
  });

  it('builds nothing anew because the client package is newer, which is built elsewhere', async () => {
    const built = await stat(program);
    await utimes('libs/client/index.ts', new Date(), new Date());
    const child = startChild('apps/local/launch.ts', ['demo'], {});
    await eventually(() => child.output() !== '');
    child.signal('SIGTERM');
    await child.ended;
    expect((await stat(program)).mtimeMs).toBe(built.mtimeMs);
  });
});

const adminKey = randomBytes(24).toString('base64url');

async function startBroker(databaseUrl: string): Promise<{ child: Child; url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const child = startChild(program, [], {
    ...goodEnvironment,
    DATABASE_URL: databaseUrl,
    ADMIN_KEY: adminKey,
    HOST: '127.0.0.1',
    SHUTDOWN_GRACE_SECONDS: '0',
    PORT: String(port),
    PUBLIC_URL: url,
  });
  return { child, url };
}

async function isReady(url: string): Promise<boolean> {
  return (await statusOf(`${url}/health/ready`)) === 200;
}

async function statusOf(address: string): Promise<number> {
  try {
    const response = await fetch(address);
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}
