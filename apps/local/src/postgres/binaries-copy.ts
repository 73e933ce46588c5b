import { access, chmod, cp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../file-errors.js';
import { makeSymbolicLinks } from './symbolic-links.js';

/** Makes the copy, unless it is there, so that every account can run it. */
export async function keepCopy(native: string, copy: string): Promise<void> {
  if (await isThere(copy)) return;
  // Under another name first, so that a copy that was cut short is never taken for a whole one.
  const unfinished = `${copy}.${String(process.pid)}`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true, filter: isNeededToRun });
  await makeSymbolicLinks(unfinished);
  await openToAll(unfinished);
  await rename(unfinished, copy).catch(async (error: unknown) => {
    // Another process was faster.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    await rm(unfinished, { recursive: true, force: true });
  });
}

function isNeededToRun(path: string): boolean {
  return !path.endsWith('.a') && !path.endsWith('/pkgconfig');
}

/** The originals may be closed to others, by the umask that npm ran under. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
