import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { LocalPostgres, type LocalPostgresOptions } from '../../apps/local/src/postgres/index.js';
import { serverAccount, type ServerAccount } from '../../apps/local/src/postgres/server-account.js';
import { openHome } from '../../apps/local/src/postgres/server-home.js';
import { throughPort } from '../network/through-port.js';

export interface StandbyOptions {
  /** The primary to copy and to follow. */
  readonly primary: LocalPostgres;
  /** The port the standby reaches the primary through: a link, where the test cuts replication off. */
  readonly throughPort?: number;
  readonly settings?: LocalPostgresOptions['settings'];
  readonly environment?: LocalPostgresOptions['environment'];
}

/**
 * Starts a hot standby that streams from the primary, from a base backup taken by `pg_backup_start` and a copy of the files.
 * Replication is asynchronous. `discard()` it in the end; `promote` makes it a primary.
 */
export async function startTestStandby(options: StandbyOptions): Promise<LocalPostgres> {
  const { primary, settings = {}, environment = {} } = options;
  const reached = new URL(throughPort(primary.url, options.throughPort ?? primary.port));
  return startCopy(primary, 'standby', {
    settings: { ...settings, hot_standby: 'on', primary_conninfo: connectionWords(reached) },
    environment,
  });
}

/**
 * Starts a hot standby with the data that the server has now. It follows nobody: whatever is committed from now on is missing
 * there, as on an asynchronous standby that is behind. `discard()` it in the end.
 */
export function startStandbyBehind(server: LocalPostgres): Promise<LocalPostgres> {
  return startCopy(server, 'standby');
}

/** Starts a primary from a backup of the server that is taken now: the same cluster, without a promotion. `discard()` it in the end. */
export function startRestored(server: LocalPostgres): Promise<LocalPostgres> {
  return startCopy(server, 'primary');
}

type Role = 'standby' | 'primary';

async function startCopy(
  server: LocalPostgres,
  role: Role,
  options: Pick<LocalPostgresOptions, 'settings' | 'environment'> = {},
): Promise<LocalPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-standby-'));
  const account = await serverAccount();
  const home = await openHome(folder, account);
  await takeBaseBackup(server, role, home.data, account);
  await writeOwned(home.password, decodeURIComponent(new URL(server.url).password), account);
  return LocalPostgres.start({ folder, durable: false, disposable: true, ...options });
}

/** Promotes a standby. Resolves once it accepts writes. */
export async function promote(standby: LocalPostgres): Promise<void> {
  await withClient(standby.url, async (client) => {
    const { rows } = await client.query<{ promoted: boolean }>('SELECT pg_promote(true, 60) AS promoted');
    if (rows[0]?.promoted !== true) throw new Error('The standby was not promoted within a minute.');
  });
}

/**
 * Resolves once the standby has replayed everything that was on the primary's disk when this was called.
 * @returns when that was, in milliseconds since 1970
 */
export async function caughtUp(primary: LocalPostgres, standby: LocalPostgres): Promise<number> {
  const askedAt = Date.now();
  const lsn = await withClient(primary.url, async (client) => {
    const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn');
    return rows[0]?.lsn;
  });
  await withClient(standby.url, async (client) => {
    const replayed = async (): Promise<boolean> => {
      const { rows } = await client.query<{ done: boolean }>(
        'SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS done',
        [lsn],
      );
      return rows[0]?.done === true;
    };
    while (!(await replayed())) await client.query('SELECT pg_sleep(0.05)');
  });
  return askedAt;
}

async function takeBaseBackup(
  primary: LocalPostgres,
  role: Role,
  target: string,
  account: ServerAccount | null,
): Promise<void> {
  await withClient(primary.url, async (client) => {
    const { rows } = await client.query<{ folder: string }>(
      `SELECT current_setting('data_directory') AS folder`,
    );
    const source = rows[0]?.folder ?? '';
    await client.query(`SELECT pg_backup_start('standby', true)`);
    await copyFiles(source, target);
    const stopped = await client.query<{ label: string }>(
      'SELECT labelfile AS label FROM pg_backup_stop(false)',
    );
    await rm(join(target, 'postmaster.pid'), { force: true });
    await rm(join(target, 'postmaster.opts'), { force: true });
    await writeOwned(join(target, 'backup_label'), stopped.rows[0]?.label ?? '', account);
    if (role === 'standby') await writeOwned(join(target, 'standby.signal'), '', account);
    // With the record that ends the backup: without it, a copy that streams from nobody would never be consistent.
    await copyFiles(join(source, 'pg_wal'), join(target, 'pg_wal'));
  });
  await stat(join(target, 'PG_VERSION'));
}

/** Keeps owners and modes. Files that the living server removes meanwhile are not part of a base backup. */
async function copyFiles(source: string, target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  const complaint = await new Promise<string>((resolve) => {
    execFile(
      'cp',
      ['-a', source, target],
      { env: { PATH: process.env['PATH'], LC_ALL: 'C' } },
      (error, _out, words) => {
        resolve(error === null ? '' : words);
      },
    );
  });
  const serious = complaint.split('\n').filter((line) => line !== '' && !line.includes('No such file'));
  if (serious.length > 0) throw new Error(`The base backup failed: ${serious.join('; ')}`);
}

async function writeOwned(path: string, text: string, account: ServerAccount | null): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (account !== null) await chown(path, account.uid, account.gid);
}

function connectionWords({ hostname, port, username, password }: URL): string {
  return `host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)} application_name=standby`;
}

async function withClient<Result>(url: string, act: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
