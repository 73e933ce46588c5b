import { lstat, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { hasCode } from '../file-errors.js';

/** As `pg-symlinks.json` lists it, written from the package's folder: `native/lib/…`. */
interface SymbolicLink {
  readonly source: string;
  readonly target: string;
}

/**
 * npm packages can't hold symbolic links, so the package makes its own when it is installed. Where install scripts do
 * not run (npm can be told so), they are made here.
 *
 * @param native the package's folder of that name, or a copy of it
 */
export async function makeSymbolicLinks(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as SymbolicLink[];
  for (const { source, target } of links) {
    const link = join(native, relative('native', target));
    if (await isThere(link)) continue;
    await symlink(relative(dirname(target), source), link).catch((error: unknown) => {
      // Another process was faster.
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
}

async function isThere(link: string): Promise<boolean> {
  return lstat(link).then(
    () => true,
    () => false,
  );
}
