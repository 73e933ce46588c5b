import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { giveTo, type ServerAccount } from './server-account.js';
import type { ServerHome } from './server-home.js';

export const superuser = 'postgres';

export interface ClusterOptions {
  readonly home: ServerHome;
  readonly account: ServerAccount | null;
  readonly initdb: string;
  /** False where the data need not outlive the machine's next crash. */
  readonly durable: boolean;
}

/**
 * Makes the data directory, with a password of its own, unless it is there.
 * @returns the superuser's password
 */
export async function ensureCluster(options: ClusterOptions): Promise<string> {
  const { home } = options;
  if (!(await isThere(home.data))) await makeCluster(options);
  return readFile(home.password, 'utf8');
}

async function makeCluster({ home, account, initdb, durable }: ClusterOptions): Promise<void> {
  await writePassword(home, account);
  // Under another name first, so that a directory that initdb could not finish is never started.
  const unfinished = `${home.data}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await giveTo(account, unfinished);
  await run(initdb, initdbArguments(unfinished, home.password, durable), home.folder, account);
  await rename(unfinished, home.data);
}

async function writePassword(home: ServerHome, account: ServerAccount | null): Promise<void> {
  await rm(home.password, { force: true });
  const file = await open(home.password, 'wx', 0o600);
  await file.writeFile(randomBytes(24).toString('base64url'));
  await file.close();
  await giveTo(account, home.password);
}

/** UTF-8 and code point order everywhere, so that no result depends on the machine's locale. */
function initdbArguments(data: string, passwordFile: string, durable: boolean): string[] {
  return [
    `--pgdata=${data}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
}

async function run(
  program: string,
  args: string[],
  cwd: string,
  account: ServerAccount | null,
): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    // A time zone that is given is not looked for, which is half a second less on some machines.
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...account,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb failed: ${complaint.trim()}`);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
