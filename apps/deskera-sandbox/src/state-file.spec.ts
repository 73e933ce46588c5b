import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Partner } from './testing/partner.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a sandbox with a state file', () => {
  it('knows its tokens after a restart, and which ones are spent', async () => {
    const stateFile = join(folder, 'sandbox.json');
    const before = await Partner.start({ stateFile });
    const { deskeraToken, deskeraRefreshToken } = await before.grant({ orgId: '11242' });
    const { json } = await before.refreshV1(deskeraRefreshToken);
    await before.control('PUT', '/settings', { graceSeconds: 3 });
    await before.sandbox.close();

    const after = await Partner.start({ stateFile });
    expect(await after.validate(deskeraToken)).toBe(200);
    expect((await after.control('GET', '/settings')).json['graceSeconds']).toBe(3);
    expect((await after.refreshV1(String(json['refreshToken']))).status).toBe(200);
    expect((await after.refreshV1(deskeraRefreshToken)).status).toBe(400);
    expect(await after.counters()).toMatchObject({ familiesRevoked: 1 });
    await after.sandbox.close();
  });

  it('has written what it answers, however it ends', async () => {
    const running = await Partner.start({ stateFile: join(folder, 'running.json') });
    const { deskeraRefreshToken } = await running.grant();
    const { json } = await running.refreshV1(deskeraRefreshToken);
    copyFileSync(join(folder, 'running.json'), join(folder, 'copy.json'));
    const other = await Partner.start({ stateFile: join(folder, 'copy.json') });
    expect((await other.refreshV1(String(json['refreshToken']))).status).toBe(200);
    await running.sandbox.close();
    await other.sandbox.close();
  });

  it('keeps the signing key from others', async () => {
    const stateFile = join(folder, 'mode.json');
    const partner = await Partner.start({ stateFile });
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    await partner.sandbox.close();
    await partner.sandbox.close();
  });
});
