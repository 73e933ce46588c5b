import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServerAccount } from './server-account.js';

const read = 4;
const enter = 1;

/** True where the account gets to the folder through all folders above it, and may list and enter it. */
export async function mayUseFolder(account: ServerAccount, folder: string): Promise<boolean> {
  return (await mayPass(account, folder)) && (await grants(account, folder, read | enter));
}

/** True where the account gets to the file and may read it. */
export async function mayReadFile(account: ServerAccount, file: string): Promise<boolean> {
  return (await mayPass(account, dirname(file))) && (await grants(account, file, read));
}

/** True where the account may enter the folder and all folders above it. */
export async function mayPass(account: ServerAccount, folder: string): Promise<boolean> {
  let step = await realpath(folder);
  for (;;) {
    if (!(await grants(account, step, enter))) return false;
    const parent = dirname(step);
    if (parent === step) return true;
    step = parent;
  }
}

async function grants(account: ServerAccount, path: string, wanted: number): Promise<boolean> {
  const { uid, gid, mode } = await stat(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}
