import { execFile } from 'node:child_process';
import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { LocalPostgres } from '../../apps/local/src/postgres/index.js';

/**
 * A hot standby with the data that the server has now; it follows nobody, so whatever is committed from now on is missing
 * there, as on an asynchronous standby that is behind. `SELECT pg_promote()` makes it a primary. The server is restarted
 * for the copy. `discard()` the standby in the end.
 * @param role `primary`: no standby, but an older copy of the same files that was started by itself
 */
export async function standbyOf(
  server: LocalPostgres,
  role: 'standby' | 'primary' = 'standby',
): Promise<LocalPostgres> {
  const data = await dataFolderOf(server);
  await server.stop();
  // Beside the original: where one can be, so can the other.
  const folder = await mkdtemp(join(dirname(dirname(data)), 'token-broker-standby-'));
  // The server's account owns the files.
  await promisify(execFile)('cp', ['-a', data, join(folder, 'data')]);
  await cp(join(dirname(data), 'password'), join(folder, 'password'));
  if (role === 'standby') await writeFile(join(folder, 'data', 'standby.signal'), '');
  await server.restart();
  return LocalPostgres.start({ folder, durable: false, disposable: true });
}

async function dataFolderOf(server: LocalPostgres): Promise<string> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ folder: string }>(
      `SELECT current_setting('data_directory') AS folder`,
    );
    if (rows[0] === undefined) throw new Error('the server has no data directory');
    return rows[0].folder;
  } finally {
    await client.end();
  }
}
