import { chown, readFile } from 'node:fs/promises';

/** Who a server process runs as. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts without rights that systems bring along, the most fitting first. */
const unprivilegedAccounts = ['postgres', '_postgres', 'nobody', 'daemon'];

/**
 * PostgreSQL refuses to run as root: root hands it to an account without rights that the system already has, and the
 * system's accounts stay as they are.
 *
 * @returns null where the caller's own account will do
 */
export async function serverAccount(): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const account = unprivilegedAccountIn(await readFile('/etc/passwd', 'utf8'));
  if (account === null) {
    throw new Error(
      `PostgreSQL does not run as root, and none of ${unprivilegedAccounts.join(', ')} exists here`,
    );
  }
  return account;
}

/** Reads the text of a passwd(5) file. */
export function unprivilegedAccountIn(passwd: string): ServerAccount | null {
  const accounts = new Map(passwd.split('\n').map((line) => accountOf(line.split(':'))));
  for (const name of unprivilegedAccounts) {
    const account = accounts.get(name);
    if (account !== undefined && account.uid > 0 && account.gid > 0) return account;
  }
  return null;
}

function accountOf([name = '', , uid, gid]: string[]): [string, ServerAccount] {
  return [name, { uid: Number(uid), gid: Number(gid) }];
}

/** Makes the account the owner of a file or folder of ours. */
export async function giveTo(account: ServerAccount | null, path: string): Promise<void> {
  if (account !== null) await chown(path, account.uid, account.gid);
}
