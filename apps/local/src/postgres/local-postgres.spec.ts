import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { LocalPostgres } from './index.js';

const isRoot = process.getuid?.() === 0;

describe('a local PostgreSQL', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-postgres-'));
    await chmod(folder, 0o755);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps what was committed over a loss of power, a restart and a second start', async () => {
    const first = await LocalPostgres.start({ folder, durable: false });
    const url = await first.ensureDatabase('kept');
    await query(url, 'CREATE TABLE note AS SELECT 1 AS number');
    await first.kill();
    expect(first.isRunning).toBe(false);
    await first.restart();
    expect(await query(url, 'SELECT number FROM note')).toEqual([{ number: 1 }]);
    await first.stop();
    const second = await LocalPostgres.start({ folder, durable: false });
    expect(await query(await second.ensureDatabase('kept'), 'SELECT number FROM note')).toEqual([
      { number: 1 },
    ]);
    await second.discard();
    await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('speaks UTF-8, sorts by code point, and lets nobody in without the password', async () => {
    const server = await LocalPostgres.start({ folder, durable: false });
    expect(
      await query(
        server.url,
        `SELECT current_setting('server_encoding') AS encoding, upper('é') AS upper, 'a' < 'B' AS sorted`,
      ),
    ).toEqual([{ encoding: 'UTF8', upper: 'É', sorted: false }]);
    const stranger = new URL(server.url);
    stranger.password = 'guessed';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await server.discard();
  });

  it('ends, and takes its folder along, when its parent is killed', async () => {
    const parent = spawn(
      process.execPath,
      ['--import', hook, '--input-type=module', '-e', startDisposable, folder],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [url] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    parent.kill('SIGKILL');
    await gone(folder);
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  (isRoot ? it : it.skip)(
    'of root keeps its data elsewhere where no other account gets to the folder',
    async () => {
      await chmod(folder, 0o700);
      const home = join(folder, 'postgres');
      const first = await LocalPostgres.start({ folder: home, durable: false });
      const elsewhere = await readFile(join(home, 'elsewhere'), 'utf8');
      await first.ensureDatabase('kept');
      await first.stop();
      const second = await LocalPostgres.start({ folder: home, durable: false });
      expect(await query(second.url, `SELECT datname FROM pg_database WHERE datname = 'kept'`)).toHaveLength(
        1,
      );
      await second.discard();
      await expect(access(elsewhere)).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );
});

const hook = new URL('../../../../test/postgres/typescript-imports.mjs', import.meta.url).href;
const startDisposable = `
  const { LocalPostgres } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
  const server = await LocalPostgres.start({ folder: process.argv[1], durable: false, disposable: true });
  console.log(server.url);
  setInterval(() => undefined, 1000);
`;

async function gone(path: string): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (
    await access(path).then(
      () => true,
      () => false,
    )
  ) {
    if (performance.now() > deadline) throw new Error(`${path} is still there`);
    await wait(50);
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
