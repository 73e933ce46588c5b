import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { testEncryptionKey } from '#crypto/testing';
import { defaultClient, startSandbox, type RunningSandbox } from '#sandbox';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import { runCliProcess, type CliEnd } from './cli-process.js';

interface SandboxGrant {
  readonly orgId: string;
  readonly deskeraToken: string;
  readonly deskeraRefreshToken: string;
}

const old = keyText('old');

// Each command is a process that starts anew.
jest.setTimeout(600_000);

let database: TestDatabase;
let admin: pg.Client;
let sandbox: RunningSandbox;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  sandbox = await startSandbox({ defaultCallbackUri: 'http://127.0.0.1:1/oauth/callback' });
  folder = await mkdtemp(join(tmpdir(), 'token-broker-cli-'));
  environment = {
    PUBLIC_URL: 'https://broker.example',
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    DESKERA_CLIENT_ID: defaultClient.clientId,
    DESKERA_CLIENT_SECRET: defaultClient.clientSecret,
    DESKERA_API_URL: sandbox.url,
    ENCRYPTION_KEYS: old,
  };
});

afterAll(async () => {
  await sandbox.close();
  await admin.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function keyText(keyId: string): string {
  return `${keyId}:${testEncryptionKey(keyId).key.reveal()}`;
}

function broker(...args: readonly string[]): Promise<CliEnd> {
  return runCliProcess(environment, ...args);
}

/** The answer: exactly one document, on one line. */
function documentOf({ stdout }: CliEnd): Record<string, unknown> {
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function grants(count: number): Promise<SandboxGrant[]> {
  const response = await fetch(`${sandbox.url}/sandbox/grants`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ count }),
  });
  return ((await response.json()) as { items: SandboxGrant[] }).items;
}

async function actions(): Promise<string[]> {
  const { rows } = await admin.query<{ action: string }>(
    `SELECT action FROM admin_event WHERE actor = 'cli' ORDER BY event_id`,
  );
  return rows.map(({ action }) => action);
}

describe('without settings', () => {
  it('a new encryption key is made, alone on standard output', async () => {
    const end = await runCliProcess({}, 'encryption:new-key', '--id', 'march');
    expect(end.code).toBe(0);
    const [keyId = '', key = ''] = end.stdout.trim().split(':');
    expect([keyId, Buffer.from(key, 'base64').length]).toEqual(['march', 32]);
    expect(end.stderr).toContain('encryption:rotate');
    expect(end.stderr).not.toContain(key);
  });

  it('each missing one is named, and it is the operator’s mistake', async () => {
    const end = await runCliProcess({ DATA_DIR: folder, ENCRYPTION_KEYS: 'hunter2' }, 'keys:list', '--json');
    expect(end.code).toBe(2);
    expect(documentOf(end)).toMatchObject({ error: { code: 'invalid_settings' } });
    for (const name of ['DATABASE_URL', 'PUBLIC_URL', 'ENCRYPTION_KEYS']) expect(end.stderr).toContain(name);
    expect(`${end.stdout}${end.stderr}`).not.toContain('hunter2');
  });

  it('those that a running `npm start` has written down are taken', async () => {
    const local = await mkdtemp(join(folder, 'local-'));
    const lines = Object.entries(environment).map(([name, value]) => `${name}='${value}'\n`);
    await writeFile(join(local, 'broker.env'), lines.join(''));
    const end = await runCliProcess({ DATA_DIR: local }, 'connections:list', '--json');
    expect(end.code).toBe(0);
    expect(end.stderr).toContain('npm start');
    expect(documentOf(end)).toEqual({ items: [], nextCursor: null });
  });
});

describe('the command line', () => {
  it('tells that the database is away, and that the call may work later', async () => {
    const away = 'postgres://broker:a-database-password@127.0.0.1:1/broker';
    const end = await runCliProcess({ ...environment, DATABASE_URL: away }, 'keys:list', '--json');
    expect(end.code).toBe(75);
    expect(documentOf(end)).toMatchObject({ error: { code: 'broker_unavailable' } });
    expect(`${end.stdout}${end.stderr}`).not.toContain('a-database-password');
  });

  it('makes a key, whose one document is all that is on standard output, however much is logged', async () => {
    const flags = [
      '--scope',
      'tokens:read',
      '--scope',
      'connections:read',
      '--tenant',
      'acme',
      '--tenant',
      'b*',
    ];
    const end = await runCliProcess(
      { ...environment, LOG_LEVEL: 'debug' },
      ...['keys:create', '--name', 'invoices', ...flags, '--json'],
    );
    expect(end.code).toBe(0);
    const { keyId, key, ...view } = documentOf(end) as { keyId: string; key: string };
    expect(key).toMatch(new RegExp(`^dtb_${keyId}_`));
    expect(view).toMatchObject({
      name: 'invoices',
      scopes: ['tokens:read', 'connections:read'],
      tenants: ['acme', 'b*'],
    });
    expect(end.stderr).toContain('"level":"debug"');
    expect(end.stderr).not.toContain(key);

    const list = await broker('keys:list');
    expect(list.stdout).toContain(keyId);
    expect(list.stdout).toContain('invoices');
    expect(list.stdout).not.toContain(key);
    expect(documentOf(await broker('keys:add-secret', keyId, '--json'))).toEqual({
      keyId,
      number: 2,
      key: expect.stringMatching(new RegExp(`^dtb_${keyId}_`)),
    });
    expect((await broker('keys:remove-secret', keyId, '1')).code).toBe(0);
    const last = await broker('keys:remove-secret', keyId, '2', '--json');
    expect(last.code).toBe(1);
    expect(documentOf(last)).toMatchObject({ error: { code: 'service_key_last_secret' } });
    expect((await broker('keys:revoke', keyId)).code).toBe(0);
    const again = await broker('keys:revoke', keyId, '--json');
    expect([again.code, documentOf(again)]).toMatchObject([1, { error: { code: 'service_key_not_found' } }]);
    expect(await actions()).toEqual(expect.arrayContaining(['service_key_create', 'service_key_revoke']));
  });

  it('brings in a file, goes on where it ended, and seals what it stored under a new key', async () => {
    const [one, two, three] = (await grants(3)) as [SandboxGrant, SandboxGrant, SandboxGrant];
    const lines = [
      { tenantId: 'one', apiVersion: 'v1', ...pairOf(one) },
      { tenantId: 'two', apiVersion: 'v1', deskeraRefreshToken: two.deskeraRefreshToken, org: two.orgId },
      { tenantId: 'bad', apiVersion: 'v9', ...pairOf(three) },
      { tenantId: 'else', apiVersion: 'v1', ...pairOf(three), org: 'another' },
    ].map((line) => JSON.stringify(line));
    const file = join(folder, 'grants.jsonl');
    await writeFile(file, `${lines.join('\n')}\n\nno json at all\n`);
    const first = await broker('connections:import', file, '--json');
    expect(first.code).toBe(3);
    expect(documentOf(first)).toMatchObject({ lines: 5, imported: 2, badLines: 2, refused: 1, failed: 0 });

    const report = await readFile(`${file}.report.jsonl`, 'utf8');
    expect((await stat(`${file}.report.jsonl`)).mode & 0o777).toBe(0o600);
    const words = report
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(words.map(({ line, outcome, code }) => [line, outcome, code]).sort()).toEqual([
      [1, 'imported', undefined],
      [2, 'imported', undefined],
      [3, 'bad_line', 'invalid_request'],
      [4, 'refused', 'org_mismatch'],
      [6, 'bad_line', 'invalid_request'],
    ]);
    for (const secret of [one, two, three].flatMap((grant) => Object.values(pairOf(grant))))
      expect(`${report}${first.stdout}${first.stderr}`).not.toContain(secret);

    await writeFile(file, `${lines[1] ?? ''}\n${lines[0] ?? ''}\n`);
    const second = await broker('connections:import', file, '--json');
    expect([second.code, documentOf(second)]).toMatchObject([0, { doneBefore: 2, imported: 0 }]);
    await rm(`${file}.report.jsonl`);
    const third = await broker('connections:import', file);
    expect(third.code).toBe(0);
    expect(third.stdout).toMatch(/there already/);
    expect((await broker('connections:list', '--status', 'connected')).stdout).toMatch(/one.*connected/s);

    const rotated = await runCliProcess(
      { ...environment, ENCRYPTION_KEYS: `${keyText('new')},${old}` },
      ...['encryption:rotate', '--json'],
    );
    expect([rotated.code, documentOf(rotated)]).toMatchObject([
      0,
      {
        currentKeyId: 'new',
        complete: true,
        kinds: [
          { resealed: 2, unreadable: 0 },
          { resealed: 0, unreadable: 0 },
        ],
      },
    ]);
    const without = await broker('encryption:rotate');
    expect(without.code).toBe(3);
    expect(without.stdout).toMatch(/still needed key.*new/s);
    expect(await actions()).toEqual(expect.arrayContaining(['connection_import', 'encryption_rotate']));
  });
});

function pairOf({ deskeraToken, deskeraRefreshToken }: SandboxGrant) {
  return { deskeraToken, deskeraRefreshToken };
}
