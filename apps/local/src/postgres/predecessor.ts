import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Clears the way for a new server on a data directory. A server whose parent was killed ends by itself a moment later;
 * one whose machine was switched off has left its pid file, and that process id may since belong to somebody else, on
 * which PostgreSQL itself would refuse to start.
 */
export async function outwaitPredecessor(data: string, patienceMilliseconds = 15_000): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    const pid = await recordedPid(pidFile);
    if (pid === null) return;
    if (!(await isServerOf(data, pid))) {
      await rm(pidFile, { force: true });
      return;
    }
    if (performance.now() > deadline) {
      throw new Error(`PostgreSQL already runs on ${data} (process ${String(pid)}): something else uses it`);
    }
    await wait(50);
  }
}

async function recordedPid(pidFile: string): Promise<number | null> {
  const content = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

/** The data directory is on the server's command line: that tells it from any other process of the same id. */
async function isServerOf(data: string, pid: number): Promise<boolean> {
  return (await commandLineOf(pid)).includes(data);
}

async function commandLineOf(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${String(pid)}/cmdline`, 'utf8');
  } catch {
    // No such process, or a system without /proc.
    const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
      stdout: '',
    }));
    return stdout;
  }
}
