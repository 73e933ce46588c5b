import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually, slowness } from '#kernel/testing';
import { applyMigrations } from '#database/migrate';
import { testConfig } from '#config/testing';
import { CliApplication } from '../../apps/token-broker/src/cli-application.js';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { CuttableLink } from '../chaos/cuttable-link.js';
import { throughPort } from '../network/through-port.js';
import {
  commits,
  forgettableCommits,
  nextTransactionId,
  onServer,
  startStandbyBehind,
  startTestPostgres,
} from '../postgres/index.js';
import type { BrokerClient } from './broker-client.js';
import { connectOrg, disconnectOrg } from './connect-org.js';
import { hasHeard } from './has-heard.js';
import { settingsFor, startPlatform, type Platform } from './platform.js';

/** A request that begins so long after a replica proves again never gets the old token. */
const promiseMilliseconds = 1_000;

let server: LocalPostgres;
let url: string;
let links: readonly [CuttableLink, CuttableLink];
let platform: Platform;
let opened: AsyncDisposableStack;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  // No commit that waits for no disk gets there by itself.
  server = await startTestPostgres({ wal_writer_delay: '10s' });
  opened.defer(() => server.discard());
  url = await server.ensureDatabase('broker');
  await applyMigrations({ databaseUrl: url });
  const [one, other] = [await CuttableLink.open(server.port), await CuttableLink.open(server.port)];
  links = [one, other];
  for (const link of links) opened.defer(() => link.close());
});

afterEach(async () => {
  await opened.disposeAsync();
});

async function start(serveWithoutDatabaseSeconds: number): Promise<readonly [BrokerClient, BrokerClient]> {
  platform = await startPlatform({
    replicas: 2,
    databaseUrl: url,
    variables: {
      DESKERA_TIMEOUT_SECONDS: '1',
      SERVE_WITHOUT_DATABASE_SECONDS: String(serveWithoutDatabaseSeconds),
      UPKEEP_ENABLED: 'false',
    },
    variablesOf: (replica) => ({ DATABASE_URL: throughPort(url, links[replica === 0 ? 0 : 1].port) }),
  });
  opened.defer(() => platform.close());
  const [acting, reading] = platform.brokers;
  if (acting === undefined || reading === undefined) throw new Error('two replicas are needed');
  return [acting, reading];
}

describe('a replica that comes back late to a server with another life', () => {
  it('forgets a disconnected token although new transaction ids have passed the ones it knew: after a crash', async () => {
    const [acting, reading] = await start(600);
    const tenantId = await rememberedByBoth(acting, reading, '820001');
    await loseIds(reading, async () => {
      links[1].cut('reset');
      await server.kill();
      await server.restart();
    });
    await endAndCatchUp(acting, url, tenantId);
    links[1].mend();
    await servesTheTruth(reading, tenantId);
  });

  it('forgets a token that the new primary never had: after a failover to a standby that is behind', async () => {
    const standby = await startStandbyBehind(server);
    opened.defer(() => standby.discard());
    const [acting, reading] = await start(600);
    const tenantId = await rememberedByBoth(acting, reading, '820002');
    await commits(url, 60);
    await hasHeard(reading);
    for (const link of links) link.cut('reset');
    await server.kill();
    await onServer(standby.url, 'SELECT pg_promote()');
    for (const link of links) link.leadTo(standby.port);
    links[0].mend();
    // The commit of the connect is lost with the primary.
    await eventually(async () => (await acting.token(tenantId)).status === 404);
    await commits(standby.databaseUrl('broker'), 120);
    links[1].mend();
    await servesTheTruth(reading, tenantId);
  });
});

describe('a broker whose server is a hot standby, or read-only', () => {
  it('says that the database is away, serves what is remembered for a time, and goes on with the primary', async () => {
    const standby = await startStandbyBehind(server);
    opened.defer(() => standby.discard());
    const [broker] = await start(Math.ceil(8 * slowness()));
    const tenantId = await rememberedByBoth(broker, broker, '820003');
    links[0].leadTo(standby.port);
    links[0].cut('reset');
    links[0].mend();
    await eventually(async () => {
      const { json } = await broker.token(tenantId);
      return json['degraded'] === 'database_unavailable';
    });
    expect(await part(broker, 'database')).toMatchObject({ status: 'down', facts: { readOnly: true } });
    expect((await part(broker, 'changeFeed'))?.status).not.toBe('ok');
    expect((await broker.call('GET', `/v1/tenants/${tenantId}/connections`)).status).toBe(503);
    expect((await broker.token('cold')).json).toMatchObject({ code: 'broker_unavailable' });
    await eventually(async () => (await broker.token(tenantId)).status === 503);
    const settings = settingsFor(
      { url: 'http://127.0.0.1:9' },
      'http://127.0.0.1:9',
      standby.databaseUrl('broker'),
      randomBytes(24).toString('base64url'),
    );
    await expect(
      CliApplication.open(testConfig(settings), { level: 'silent', destination: process.stderr }),
    ).rejects.toThrow(/^The database is read-only \(a hot standby/);
    links[0].leadTo(server.port);
    await eventually(async () => (await broker.token(tenantId)).json['degraded'] === null);
    expect(await part(broker, 'database')).toMatchObject({ status: 'ok', facts: { readOnly: false } });
  });
});

async function rememberedByBoth(acting: BrokerClient, reading: BrokerClient, orgId: string): Promise<string> {
  const tenantId = `lives-${orgId}`;
  await connectOrg(acting, platform.sandbox, tenantId, orgId);
  for (const broker of [acting, reading]) {
    await hasHeard(broker);
    expect(await broker.token(tenantId)).toMatchObject({ status: 200, json: { degraded: null } });
  }
  return tenantId;
}

/** Ids that the reading replica has seen are given out again by the server's next life. */
async function loseIds(reading: BrokerClient, crash: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await forgettableCommits(url, 50);
    await hasHeard(reading);
    const next = await nextTransactionId(url);
    await crash();
    if ((await nextTransactionId(url)) < next - 10n) return;
    // Somebody's commit took them to the disk.
    links[1].mend();
    await hasHeard(reading);
  }
  throw new Error('the server lost no transaction ids');
}

async function endAndCatchUp(acting: BrokerClient, databaseUrl: string, tenantId: string): Promise<void> {
  await eventually(async () => (await acting.token(tenantId)).json['degraded'] === null);
  await disconnectOrg(acting, tenantId);
  await commits(databaseUrl, 120);
}

async function servesTheTruth(reading: BrokerClient, tenantId: string): Promise<void> {
  // What it does not prove yet it says so: from the moment of its proof on, nothing old.
  await hasHeard(reading);
  await wait(promiseMilliseconds);
  for (let read = 0; read < 20; read += 1) {
    expect((await reading.token(tenantId)).status).toBe(404);
    await wait(50);
  }
}

async function part(
  broker: BrokerClient,
  name: string,
): Promise<{ readonly part: string; readonly status: string; readonly facts: unknown } | undefined> {
  const { json } = await broker.call('GET', '/health/ready');
  const parts = json['parts'] as { part: string; status: string; facts: unknown }[];
  return parts.find((each) => each.part === name);
}
