import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, slowness } from '#kernel/testing';
import { applyMigrations } from '#database/migrate';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { startTestPostgres } from '../postgres/index.js';
import { startPlatform, type Platform } from './platform.js';
import { staysRemembered } from './stays-remembered.js';

let server: LocalPostgres;
let platform: Platform;

beforeAll(async () => {
  server = await startTestPostgres();
  const databaseUrl = await server.ensureDatabase('broker');
  await applyMigrations({ databaseUrl });
  platform = await startPlatform({
    databaseUrl,
    variables: { SERVE_WITHOUT_DATABASE_SECONDS: '120', DESKERA_TIMEOUT_SECONDS: '3' },
  });
  await platform.broker.connect('acme');
});

afterAll(async () => {
  await platform.close();
  await server.discard();
});

describe('while the database is away', () => {
  it('a remembered token is served, as what it is, and others are refused in time', async () => {
    await eventually(() => staysRemembered(platform.broker, 'acme'));
    await server.kill();
    await eventually(
      async () => (await platform.broker.token('acme')).json['degraded'] === 'database_unavailable',
    );
    const from = performance.now();
    const other = await platform.broker.token('another');
    expect((performance.now() - from) / slowness()).toBeLessThan(5_000);
    expect(other).toMatchObject({ status: 503, json: { code: 'broker_unavailable' } });
    expect(other.headers.get('retry-after')).not.toBeNull();
    await server.restart();
    await eventually(async () => (await platform.broker.token('acme')).json['degraded'] === null);
  });

  it('a refreshed grant waits in the spool until the database takes it: no refresh token is lost', async () => {
    const before = await platform.broker.token('acme');
    await platform.sandbox.fault({ operation: 'refresh', kind: 'delay', times: 1, delayMilliseconds: 1_500 });
    await platform.sandbox.expire('11242');
    const caller = platform.broker.token('acme', '?maxVerifiedAgeSeconds=0');
    await eventually(async () => ((await platform.sandbox.counters()).operations.refresh?.calls ?? 0) > 0);
    await server.kill();
    // The old token is known to be bad: better none than that one.
    expect((await caller).status).toBe(503);
    await eventually(async () => (await spooled()).length === 1);
    await server.restart();
    await eventually(async () => (await platform.broker.token('acme')).status === 200);
    const after = await platform.broker.token('acme');
    await eventually(async () => (await spooled()).length === 0);
    expect(after.json['fingerprint']).not.toBe(before.json['fingerprint']);
    expect(await platform.sandbox.useToken(String(after.json['deskeraToken']))).toBe(200);
    expect(await platform.sandbox.counters()).toMatchObject({
      refreshesSucceeded: 1,
      spentRefreshTokensPresented: 0,
    });
  });
});

async function spooled(): Promise<readonly string[]> {
  return (await readdir(join(platform.dataFolder, 'spool'))).filter((name) => name.endsWith('.json'));
}
