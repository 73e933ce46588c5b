import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { collectDefaultMetrics, register } from 'prom-client';
import { KernelModule } from '#kernel';
import { BrokerMetrics, MetricsModule, MetricsPage, type ReplicaReadings } from '#observability';
import { MetricsText } from '#observability/testing';

const nothingKnown: ReplicaReadings = {
  connections: null,
  connectionsDue: null,
  connectionsOverdue: null,
  upkeepLagSeconds: null,
  databaseAvailable: null,
  changeFeedProofAgeSeconds: null,
  deskeraAvailable: null,
  deskeraClientRefused: null,
  deskeraFreeSlots: null,
  spoolEntries: null,
  spoolUnreadableEntries: null,
  spoolDiskFault: null,
};

let module: TestingModule;
let metrics: BrokerMetrics;

async function open(): Promise<TestingModule> {
  const opened = await Test.createTestingModule({ imports: [KernelModule, MetricsModule] }).compile();
  return opened.init();
}

async function page(known: Partial<ReplicaReadings> = {}, of = module): Promise<MetricsText> {
  return new MetricsText(await of.get(MetricsPage).write({ ...nothingKnown, ...known }));
}

beforeEach(async () => {
  module = await open();
  metrics = module.get(BrokerMetrics);
});

afterEach(async () => {
  await module.close();
});

describe('what the rooms report', () => {
  it('is there at 0 before anything happened', async () => {
    const text = await page();
    expect(text.value('broker_token_requests_total', { result: 'reconnect_required' })).toBe(0);
    expect(text.value('broker_refreshes_total', { outcome: 'spooled' })).toBe(0);
    expect(text.value('broker_checks_total', { outcome: 'unknown' })).toBe(0);
    expect(text.value('broker_rate_limited_total', { limit: 'key' })).toBe(0);
    expect(text.value('broker_cache_hits_total')).toBe(0);
    expect(text.value('broker_token_request_seconds_count')).toBe(0);
  });

  it('is counted under its word alone', async () => {
    metrics.tokenRequestEnded('ok', 0.0002);
    metrics.tokenRequestEnded('ok', 0.3);
    metrics.tokenRequestEnded('payload_too_large', 0);
    metrics.tokenCameFromCache();
    metrics.refreshEnded('refreshed');
    metrics.checkEnded('invalid');
    metrics.requestRefused('failed_auth');
    const text = await page();
    expect(text.value('broker_token_requests_total', { result: 'ok' })).toBe(2);
    expect(text.value('broker_token_requests_total', { result: 'payload_too_large' })).toBe(1);
    expect(text.value('broker_token_requests_total')).toBe(3);
    expect(text.value('broker_token_request_seconds_bucket', { le: '0.0005' })).toBe(2);
    expect(text.value('broker_token_request_seconds_bucket', { le: '+Inf' })).toBe(3);
    expect(text.value('broker_cache_hits_total')).toBe(1);
    expect(text.value('broker_refreshes_total')).toBe(1);
    expect(text.value('broker_checks_total', { outcome: 'invalid' })).toBe(1);
    expect(text.value('broker_rate_limited_total', { limit: 'failed_auth' })).toBe(1);
  });

  it('times the requests to Deskera by operation and answer', async () => {
    metrics.deskeraAnswered('refresh', 'granted', 0.2);
    metrics.deskeraAnswered('refresh', 'timeout', 29);
    const text = await page();
    const granted = { operation: 'refresh', outcome: 'granted' };
    expect(text.value('broker_deskera_request_seconds_count', granted)).toBe(1);
    expect(text.value('broker_deskera_request_seconds_sum', granted)).toBe(0.2);
    expect(text.value('broker_deskera_request_seconds_count', { outcome: 'timeout' })).toBe(1);
  });

  it('is of one application: another in the same process counts for itself', async () => {
    const other = await open();
    metrics.tokenCameFromCache();
    expect((await page({}, other)).value('broker_cache_hits_total')).toBe(0);
    await other.close();
  });
});

describe('what is read when it is asked for', () => {
  it('is shown as a number, yes as 1 and no as 0', async () => {
    const byStatus = { awaiting_activation: 0, connected: 7, reconnect_required: 1, disconnected: 2 };
    const text = await page({ connections: byStatus, spoolDiskFault: true, deskeraAvailable: false });
    expect(text.value('broker_connections', { status: 'connected' })).toBe(7);
    expect(text.of('broker_connections')).toHaveLength(4);
    expect(text.value('broker_spool_disk_fault')).toBe(1);
    expect(text.value('broker_deskera_available')).toBe(0);
    expect(text.types.get('broker_connections')).toBe('gauge');
  });

  it('is left out where it is not known, also where it was known before', async () => {
    const byStatus = { awaiting_activation: 0, connected: 7, reconnect_required: 1, disconnected: 2 };
    await page({ connections: byStatus, spoolEntries: 3 });
    const text = await page();
    expect(text.value('broker_connections')).toBeNull();
    expect(text.value('broker_spool_entries')).toBeNull();
    expect(text.types.get('broker_spool_entries')).toBe('gauge');
  });
});

describe('the process', () => {
  it('reports the metrics that prom-client collects', async () => {
    collectDefaultMetrics();
    const text = await page();
    expect(text.value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(text.value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(text.types.get('process_cpu_seconds_total')).toBe('counter');
    expect(text.value('process_start_time_seconds')).toBeGreaterThan(1.7e9);
    expect(text.value('nodejs_version_info', { version: process.version })).toBe(1);
    register.clear();
  });
});
