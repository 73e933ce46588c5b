import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import pg from 'pg';
import { Secret, SystemClock } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { asStoreFailure } from '../database-failure.js';
import { DatabaseLogins } from './database-logins.js';
import { Login } from './login.js';
import { LoginClient } from './login-client.js';
import { asLoginFailure, LoginFailure } from './login-failure.js';
import { brokerSettings } from './session-settings.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

function coded(code: string, message = 'x'): Error {
  return Object.assign(new Error(message), { code });
}

function fromServer(code: string): Error {
  const error = new pg.DatabaseError('password authentication failed for user "u8472"', 1, 'error');
  error.code = code;
  return error;
}

describe('a login that fails', () => {
  it.each<[unknown, string]>([
    [fromServer('28P01'), 'login_refused'],
    [fromServer('28000'), 'login_refused'],
    [fromServer('3D000'), 'database_missing'],
    [fromServer('42501'), 'permission_denied'],
    [fromServer('53300'), 'too_many_connections'],
    [fromServer('57P03'), 'not_accepting'],
    [fromServer('XX000'), 'refused'],
    [coded('ECONNREFUSED'), 'unreachable'],
    [coded('EACCES'), 'unreachable'],
    [coded('ENOTFOUND'), 'name_not_found'],
    [coded('EAI_AGAIN'), 'name_not_found'],
    [coded('ETIMEDOUT'), 'no_answer'],
    [new Error('timeout expired'), 'no_answer'],
    [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'tls'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls'],
    [coded('CERT_HAS_EXPIRED'), 'tls'],
    [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls'],
    [coded('EPROTO'), 'tls'],
    [new Error('The server does not support SSL connections'), 'tls'],
    [new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), 'login_refused'],
    [new Error('a word that nobody knows'), 'unreachable'],
    ['no error at all', 'unreachable'],
  ])(
    'means that the database is away, whatever it was, and is told without a value (%#)',
    (error, reason) => {
      const failure = asLoginFailure(error);
      expect(failure.reason).toBe(reason);
      expect(failure.message).not.toContain('8472');
      expect(asStoreFailure(failure)).toMatchObject({
        code: 'broker_unavailable',
        internal: `database: ${reason}`,
      });
    },
  );
});

describe('a server that speaks another language', () => {
  let server: Server | null = null;

  afterEach(() => {
    server?.close();
    server = null;
  });

  it.each([
    ['says nothing and closes', ''],
    ['answers as a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['refuses in an unknown way', 'E\0\0\0\x0fSFATAL\0Cxx\0\0'],
  ])('that %s is away', async (_what, words) => {
    const listening = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(words));
    });
    server = listening;
    await new Promise<void>((resolve) => {
      listening.listen(0, '127.0.0.1', resolve);
    });
    const { port } = listening.address() as { port: number };
    const login = new Login(
      'DATABASE_URL',
      () => `postgres://u:p@127.0.0.1:${String(port)}/d`,
      brokerSettings,
    );
    const client = new LoginClient({ login });
    await expect(client.connect()).rejects.toBeInstanceOf(LoginFailure);
    await client.end();
  });
});

describe('a session', () => {
  it('has the settings of the broker from its first statement on', async () => {
    const client = new LoginClient({ login: new Login('DATABASE_URL', () => database.url, brokerSettings) });
    await client.connect();
    const { rows } = await client.query<{ name: string; source: string }>(
      'SELECT name, source FROM pg_settings WHERE name = ANY ($1)',
      [Object.keys(brokerSettings)],
    );
    await client.end();
    expect(rows).toHaveLength(Object.keys(brokerSettings).length);
    for (const { source } of rows) expect(source).toBe('client');
  });

  it('keeps a search_path and a name of its own that the address asks for', async () => {
    const url = `${database.url}?options=-c%20search_path%3Dpg_catalog&application_name=mine`;
    const client = new LoginClient({ login: new Login('DATABASE_URL', () => url, brokerSettings) });
    await client.connect();
    const { rows } = await client.query(
      `SELECT current_setting('search_path') AS path, current_setting('application_name') AS name`,
    );
    await client.end();
    expect(rows).toEqual([{ path: 'pg_catalog', name: 'mine' }]);
  });
});

describe('a password in a file', () => {
  it('is used at the next login once it has changed, and the last good one while the file is bad', async () => {
    const role = `rotated_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'first'`);
    let file: string | null = 'first';
    const urlOf = (password: string): Secret => {
      const url = new URL(database.url);
      url.username = role;
      url.password = password;
      return Secret.of(url.href);
    };
    const logins = new DatabaseLogins(
      {
        databaseUrl: urlOf('first'),
        directUrl: urlOf('first'),
        poolSize: 4,
        currentUrls: () => {
          if (file === null) throw new Error('it is being written');
          return { databaseUrl: urlOf(file), directUrl: urlOf(file) };
        },
      },
      new SystemClock(),
    );
    const enter = async (): Promise<string> => {
      const client = new LoginClient({ login: logins.direct });
      try {
        await client.connect();
        return 'in';
      } catch (error) {
        return (error as LoginFailure).reason;
      } finally {
        await client.end();
      }
    };
    expect(await enter()).toBe('in');
    await admin.query(`ALTER ROLE ${role} PASSWORD 'second'`);
    expect(await enter()).toBe('login_refused');
    expect(logins.trouble()).toEqual({ cause: 'login_refused', setting: 'DATABASE_URL' });
    file = 'second';
    expect(await enter()).toBe('in');
    expect(logins.trouble()).toBeNull();
    file = null;
    expect(await enter()).toBe('in');
    await admin.query(`DROP ROLE ${role}`);
    await admin.end();
  });
});
