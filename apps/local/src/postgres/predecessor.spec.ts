import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outwaitPredecessor } from './predecessor.js';

describe('the way for a new server', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'predecessor-'));
  });

  afterEach(async () => {
    await rm(data, { recursive: true });
  });

  it('is free where no server ever ran', async () => {
    await expect(outwaitPredecessor(data)).resolves.toBeUndefined();
  });

  it('is cleared of a pid file whose process id belongs to somebody else by now', async () => {
    const pidFile = await writePidFile(process.pid);
    await outwaitPredecessor(data);
    await expect(access(pidFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is waited for while the predecessor ends', async () => {
    const predecessor = await standIn();
    await writePidFile(predecessor.pid);
    const way = outwaitPredecessor(data);
    predecessor.kill();
    await expect(way).resolves.toBeUndefined();
  });

  it('is refused while another server uses the data', async () => {
    const other = await standIn();
    await writePidFile(other.pid);
    await expect(outwaitPredecessor(data, 100)).rejects.toThrow('already runs');
    other.kill();
  });

  /** A process with the data directory on its command line, as a server has it. */
  async function standIn(): Promise<ReturnType<typeof spawn>> {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', '--', '-D', data]);
    await once(child, 'spawn');
    return child;
  }

  async function writePidFile(pid: number | undefined): Promise<string> {
    const pidFile = join(data, 'postmaster.pid');
    await writeFile(pidFile, `${String(pid)}\n${data}\n`);
    return pidFile;
  }
});
