import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testConfig } from '#config/testing';
import { defaultClient } from '#sandbox';

const run = promisify(execFile);

describe('deploy/make-secrets.sh', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploy-'));
    await cp('deploy/make-secrets.sh', join(folder, 'make-secrets.sh'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('makes every file that docker-compose.yml mounts, in a folder that is closed to others', async () => {
    await run('sh', [join(folder, 'make-secrets.sh'), '--sandbox']);
    const mounted = [...(await composeFile()).matchAll(/file: \.\/deploy\/secrets\/(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(mounted).toHaveLength(6);
    for (const name of mounted) expect(await secret(name ?? '')).not.toBe('');
    expect((await stat(join(folder, 'secrets'))).mode & 0o777).toBe(0o700);
  });

  it('makes settings that the broker starts with', async () => {
    await run('sh', [join(folder, 'make-secrets.sh'), '--sandbox']);
    const variables = [...(await composeFile()).matchAll(/(\w+)_FILE: \/run\/secrets\/(\w+)/g)]
      .map(([, variable = '', name = '']) => [variable, name] as const)
      .filter(([variable]) => !variable.startsWith('POSTGRES_'));
    expect(variables).toHaveLength(6);
    const values = await Promise.all(
      variables.map(async ([name, file]) => [name, await secret(file)] as const),
    );
    const config = testConfig(Object.fromEntries(values));
    expect(config.databaseUrl.reveal()).toContain(`:${await secret('database_password')}@postgres:5432/`);
    expect(await secret('deskera_client_id')).toBe(defaultClient.clientId);
    expect(await secret('deskera_client_secret')).toBe(defaultClient.clientSecret);
  });

  it('asks for what only Deskera can give, and leaves what is there as it is', async () => {
    const first = run('sh', [join(folder, 'make-secrets.sh')]);
    first.child.stdin?.end('cl_pub_mine\ncl priv $mine\n');
    await first;
    expect(await secret('deskera_client_secret')).toBe('cl priv $mine');
    const keys = await secret('encryption_keys');
    const second = run('sh', [join(folder, 'make-secrets.sh')]);
    second.child.stdin?.end();
    await second;
    expect(await secret('encryption_keys')).toBe(keys);
  });

  it('makes no empty secret', async () => {
    const unanswered = run('sh', [join(folder, 'make-secrets.sh')]);
    unanswered.child.stdin?.end('\n');
    await expect(unanswered).rejects.toMatchObject({ code: 1 });
    await expect(secret('deskera_client_id')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  async function secret(name: string): Promise<string> {
    return readFile(join(folder, 'secrets', name), 'utf8');
  }
});

async function composeFile(): Promise<string> {
  return readFile('docker-compose.yml', 'utf8');
}
