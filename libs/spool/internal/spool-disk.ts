import { constants } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EntryUnreadable } from './entry-unreadable.js';

/** What the spool asks of a file system, in steps that a crash or a full disk can come between. */
export abstract class SpoolDisk {
  /** Makes the folder, and those above it, for this user alone. */
  abstract makeFolder(path: string): Promise<void>;
  /** Entries of a folder, in no order. */
  abstract names(path: string): Promise<readonly string[]>;
  /** Makes a file for this user alone, which must not exist, and resolves once its content is on the disk. */
  abstract writeNew(path: string, text: string): Promise<void>;
  /** @throws EntryUnreadable where it is no file, or longer than `mostBytes` */
  abstract read(path: string, mostBytes: number): Promise<string>;
  /** Resolves once the file's content, or the folder's list of names, is on the disk. */
  abstract sync(path: string): Promise<void>;
  abstract rename(from: string, to: string): Promise<void>;
  abstract remove(path: string): Promise<void>;
  abstract modifiedAt(path: string): Promise<Date>;
}

/** The file system of the machine. */
export class MachineDisk extends SpoolDisk {
  override async makeFolder(path: string): Promise<void> {
    const first = await mkdir(path, { recursive: true, mode: 0o700 });
    if (first !== undefined) await syncMade(path, first);
    // One that was there already may have been made by hand.
    const { mode } = await stat(path);
    if ((mode & 0o777) !== 0o700) await chmod(path, 0o700);
  }

  override names(path: string): Promise<readonly string[]> {
    return readdir(path);
  }

  override async writeNew(path: string, text: string): Promise<void> {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(text, 'utf8');
    await file.sync();
  }

  override async read(path: string, mostBytes: number): Promise<string> {
    // Neither a link nor a pipe that somebody put there is followed or waited for.
    await using file = await openFile(path);
    const found = await file.stat();
    if (!found.isFile()) throw new EntryUnreadable('it is no file');
    if (found.size > mostBytes) throw new EntryUnreadable('it is too long');
    return await file.readFile('utf8');
  }

  override sync(path: string): Promise<void> {
    return syncPath(path);
  }

  override rename(from: string, to: string): Promise<void> {
    return rename(from, to);
  }

  override remove(path: string): Promise<void> {
    return unlink(path);
  }

  override async modifiedAt(path: string): Promise<Date> {
    return (await stat(path)).mtime;
  }
}

/** A new folder is as lasting as the list that names it. */
async function syncMade(path: string, first: string): Promise<void> {
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncPath(dirname(made));
}

async function syncPath(path: string): Promise<void> {
  await using file = await open(path, constants.O_RDONLY);
  await file.sync();
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (['ELOOP', 'ENXIO'].includes(systemFault(error) ?? '')) throw new EntryUnreadable('it is no file');
    throw error;
  }
}

/** The operating system's short name of a fault, such as ENOSPC; null where the error is not the system's. */
export function systemFault(error: unknown): string | null {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error;
  return isCoded && typeof error.code === 'string' ? error.code : null;
}
