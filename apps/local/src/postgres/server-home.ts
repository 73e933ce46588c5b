import { access, chmod, mkdir, mkdtemp, readFile, realpath, rmdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCode } from '../file-errors.js';
import { mayPass } from './reach.js';
import { giveTo, type ServerAccount } from './server-account.js';

/** Where one server keeps what is its own. */
export interface ServerHome {
  /** The folder that holds all of it; the account can enter it. */
  readonly folder: string;
  /** What PostgreSQL calls its data directory. */
  readonly data: string;
  readonly log: string;
  /** The superuser's password, readable by nobody else. */
  readonly password: string;
}

/** Folders that every account can enter on most systems; the first that can be written is taken. */
const placesForAll = ['/var/lib', '/var/tmp', tmpdir()];

/**
 * Opens the home in the given folder. Where the account can't get there, or the folder's file system knows no owners
 * and modes (PostgreSQL insists on them), the home is elsewhere on this machine and the folder holds a pointer to it:
 * the data last as long as the folder does, and a fresh folder means a fresh database.
 */
export async function openHome(folder: string, account: ServerAccount | null): Promise<ServerHome> {
  await mkdir(folder, { recursive: true });
  const near = await realpath(folder);
  const pointer = join(near, 'elsewhere');
  const elsewhere = await homePointedAt(pointer);
  if (elsewhere !== null) return homeIn(elsewhere);
  if (await canHoldData(near, account)) return homeIn(near);
  const made = await makeHomeElsewhere(account);
  await writeFile(pointer, made, { mode: 0o600 });
  return homeIn(made);
}

function homeIn(folder: string): ServerHome {
  return {
    folder,
    data: join(folder, 'data'),
    log: join(folder, 'server.log'),
    password: join(folder, 'password'),
  };
}

async function homePointedAt(pointer: string): Promise<string | null> {
  try {
    const folder = await readFile(pointer, 'utf8');
    await access(folder);
    return folder;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function makeHomeElsewhere(account: ServerAccount | null): Promise<string> {
  for (const place of placesForAll) {
    const folder = await mkdtemp(join(place, 'deskera-token-broker-')).catch(() => null);
    if (folder === null) continue;
    if (await canHoldData(folder, account)) return folder;
    await rmdir(folder);
  }
  throw new Error(`none of ${placesForAll.join(', ')} can hold PostgreSQL's data`);
}

/** Tries it: what an access list, a mount option or a user namespace does can't be read off a mode. */
async function canHoldData(folder: string, account: ServerAccount | null): Promise<boolean> {
  if (account !== null) {
    await chmod(folder, 0o711);
    if (!(await mayPass(account, folder))) return false;
  }
  const trial = await mkdtemp(join(folder, 'trial-'));
  try {
    await giveTo(account, trial);
    await chmod(trial, 0o700);
    const { uid, mode } = await stat(trial);
    return (mode & 0o777) === 0o700 && uid === (account?.uid ?? process.getuid?.());
  } catch (error) {
    if (hasCode(error, 'EPERM', 'EINVAL', 'ENOTSUP')) return false;
    throw error;
  } finally {
    await rmdir(trial);
  }
}
