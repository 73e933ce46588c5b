import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { MetricsText } from '#observability/testing';
import { applyMigrations } from '#database/migrate';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';
import { startTestPostgres } from '../postgres/index.js';
import { startPlatform, type Platform } from './platform.js';
import { statementsDuring } from './sql-count.js';

const tenantId = 'tenant-of-the-metrics';

let server: LocalPostgres;
let platform: Platform;

beforeAll(async () => {
  server = await startTestPostgres();
  const databaseUrl = await server.ensureDatabase('broker');
  await applyMigrations({ databaseUrl });
  platform = await startPlatform({ databaseUrl, variables: { UPKEEP_ENABLED: 'false' } });
  await platform.broker.connect(tenantId);
});

afterAll(async () => {
  await platform.close();
  await server.discard();
});

async function scrape(): Promise<MetricsText> {
  const response = await fetch(`${platform.broker.url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  expect(response.status).toBe(200);
  return new MetricsText(await response.text());
}

type Labels = Readonly<Record<string, string>>;

/** By how much a metric grows while the work goes on. */
async function growth(work: () => Promise<unknown>): Promise<(name: string, labels?: Labels) => number> {
  const before = await scrape();
  await work();
  const after = await scrape();
  return (name, labels) => (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
}

describe('the metrics of a replica', () => {
  it('count a read, and one from memory', async () => {
    const grew = await growth(async () => {
      expect((await platform.broker.token(tenantId)).status).toBe(200);
      expect((await platform.broker.token('nobody')).status).toBe(404);
    });
    expect(grew('broker_token_requests_total', { result: 'ok' })).toBe(1);
    expect(grew('broker_token_requests_total', { result: 'not_connected' })).toBe(1);
    expect(grew('broker_token_request_seconds_count')).toBe(2);
    await eventually(async () => {
      const again = await growth(() => platform.broker.token(tenantId));
      return again('broker_cache_hits_total') === 1;
    });
  });

  it('count a check', async () => {
    const grew = await growth(() => platform.broker.token(tenantId, '?maxVerifiedAgeSeconds=0'));
    expect(grew('broker_checks_total', { outcome: 'valid' })).toBe(1);
    const sent = { operation: 'validate', outcome: 'valid' };
    expect(grew('broker_deskera_request_seconds_count', sent)).toBe(1);
  });

  it('count a refresh', async () => {
    await platform.sandbox.expire('11242');
    const grew = await growth(() => platform.broker.token(tenantId, '?maxVerifiedAgeSeconds=0'));
    expect(grew('broker_checks_total', { outcome: 'invalid' })).toBe(1);
    expect(grew('broker_refreshes_total', { outcome: 'refreshed' })).toBe(1);
    const sent = { operation: 'refresh', outcome: 'granted' };
    expect(grew('broker_deskera_request_seconds_count', sent)).toBe(1);
  });

  it('count the connections with two statements, however often they are scraped', async () => {
    await eventually(async () => (await scrape()).value('broker_connections', { status: 'connected' }) === 1);
    const statements = await statementsDuring(async () => {
      for (let scrapes = 0; scrapes < 10; scrapes += 1) await scrape();
    });
    expect(statements.length).toBeLessThanOrEqual(2);
  });

  it('name no tenant, connection or token, whatever was asked for', async () => {
    const { json } = await platform.broker.token(tenantId);
    await platform.broker.token('evil%22%7D%201');
    await platform.broker.token(tenantId, '?org=evil');
    await platform.broker.token(`${tenantId}-unknown`);
    const { text } = await scrape();
    const ids = [
      tenantId,
      'evil',
      'acme',
      json['connectionId'],
      json['fingerprint'],
      json['deskeraToken'],
      '11242',
    ];
    for (const id of ids) expect(text).not.toContain(String(id));
    expect(text).not.toMatch(/tenant/i);
  });

  it('are there while the database is away, and say so', async () => {
    await server.kill();
    await eventually(async () => (await scrape()).value('broker_database_available') === 0);
    const text = await scrape();
    expect(text.value('broker_change_feed_proof_age_seconds')).toBeGreaterThan(0.7);
    const grew = await growth(() => platform.broker.token('another'));
    expect(grew('broker_token_requests_total', { result: 'broker_unavailable' })).toBe(1);
    await server.restart();
    await eventually(async () => (await scrape()).value('broker_database_available') === 1);
  });
});
