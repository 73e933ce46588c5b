import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, lstat, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installedPackage, usableBinaries, type InstalledPackage } from './postgres-binaries.js';

describe("PostgreSQL's programs", () => {
  let folder: string;
  let closed: InstalledPackage;
  const somebodyElse = { uid: (process.getuid?.() ?? 0) + 1, gid: (process.getgid?.() ?? 0) + 1 };

  beforeAll(async () => {
    const { native, version } = await installedPackage();
    // Only its owner can enter it, as with a checkout in root's home; and no install script has made the links.
    folder = await mkdtemp(join(tmpdir(), 'binaries-'));
    closed = { native: join(folder, 'native'), version };
    await cp(native, closed.native, {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    });
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('run where npm put them, their symbolic links made up for', async () => {
    const { postgres } = await usableBinaries(null, join(folder, 'unused'), closed);
    expect(postgres).toBe(join(closed.native, 'bin', 'postgres'));
    expect(await versionOf(postgres)).toMatch(/^postgres \(PostgreSQL\) 18/);
  });

  it('run from a copy where the account does not get to them', async () => {
    const { postgres } = await usableBinaries(somebodyElse, folder, closed);
    expect(postgres).toBe(join(folder, `postgresql-${closed.version}`, 'bin', 'postgres'));
    expect(await versionOf(postgres)).toMatch(/^postgres \(PostgreSQL\) 18/);
    expect((await stat(postgres)).mode & 0o777).toBe(0o755);
  });

  it('are copied once', async () => {
    const first = await stat((await usableBinaries(somebodyElse, folder, closed)).initdb);
    const second = await stat((await usableBinaries(somebodyElse, folder, closed)).initdb);
    expect(second.ino).toBe(first.ino);
  });
});

async function versionOf(program: string): Promise<string> {
  return (await promisify(execFile)(program, ['--version'])).stdout;
}
