import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { KernelModule, type PartHealth } from '#kernel';
import { BrokerMetrics, MetricsModule } from '#observability';
import { MetricsText } from '#observability/testing';
import { Connections } from '#tokens';
import { HealthReport } from '../health/index.js';
import { openDoors, type DoorApp } from '../testing/door-app.js';
import { FakeHealthReport } from '../testing/fake-health-report.js';
import { FakeConnections } from '../testing/fake-tokens.js';
import { sendRaw } from '../testing/raw-http.js';
import { ConnectionCounts } from './connection-counts.js';
import { MetricsController } from './metrics.controller.js';

class TalkativeReport extends FakeHealthReport {
  said: readonly PartHealth[] = [];

  override parts(): readonly PartHealth[] {
    return [...super.parts(), ...this.said];
  }
}

let doors: DoorApp;
let report: TalkativeReport;
let connections: FakeConnections;

beforeEach(async () => {
  report = new TalkativeReport();
  connections = new FakeConnections();
  const rooms = [
    { provide: HealthReport, useValue: report },
    { provide: Connections, useValue: connections },
  ];
  @Global()
  @Module({ providers: rooms, exports: rooms.map(({ provide }) => provide) })
  class Rooms {}
  const imports = [KernelModule, MetricsModule, Rooms];
  const door = { imports, controllers: [MetricsController], providers: [ConnectionCounts] };
  doors = await openDoors(door, { separate: true });
});

afterEach(async () => {
  await doors.app.close();
});

function get(port = doors.port): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(port)}/metrics`);
}

async function scrape(): Promise<MetricsText> {
  return new MetricsText(await (await get()).text());
}

describe('GET /metrics', () => {
  it('is shut on the public listener, in every spelling', async () => {
    expect((await get(doors.publicPort ?? 0)).status).toBe(404);
    for (const path of [
      '/%6Detrics',
      '/connect/../metrics',
      '/metrics?x=/connected',
      '//metrics',
      '/metrics/',
    ]) {
      const raw = `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Original-URL: /connected\r\nConnection: close\r\n\r\n`;
      const answer = await sendRaw(doors.publicPort ?? 0, raw);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).not.toContain('broker_');
    }
  });

  it('answers in the exposition format, to be stored by nobody', async () => {
    const response = await get();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = new MetricsText(await response.text());
    for (const [name, type] of text.types) {
      expect(['counter', 'gauge', 'histogram']).toContain(type);
      expect([name, name.endsWith('_total') && type === 'gauge' && name.startsWith('broker_')]).toEqual([
        name,
        false,
      ]);
    }
  });

  it('shows what the rooms reported, the connections, and how the parts are', async () => {
    doors.app.get(BrokerMetrics).tokenRequestEnded('reconnect_required', 0.01);
    report.partStatus = 'down';
    report.said = [
      { part: 'spool', status: 'degraded', facts: { waiting: 2, unreadable: 1, diskFault: null } },
    ];
    const text = await scrape();
    expect(text.value('broker_token_requests_total', { result: 'reconnect_required' })).toBe(1);
    expect(text.value('broker_connections', { status: 'connected' })).toBe(3);
    expect(text.value('broker_connections_overdue')).toBe(0);
    expect(text.value('broker_deskera_available')).toBe(0);
    expect(text.value('broker_spool_entries')).toBe(2);
    expect(text.value('broker_spool_unreadable_entries')).toBe(1);
    expect(text.value('broker_spool_disk_fault')).toBe(0);
  });

  it('has no spool where the replica has none', async () => {
    expect((await scrape()).value('broker_spool_entries')).toBeNull();
  });

  it('lets no text of a part or of the database through', async () => {
    const hostile = 'acme"} 1\nbroker_forged{tenant="acme';
    report.said = [
      { part: 'spool', status: 'down', facts: { waiting: hostile, unreadable: 0, diskFault: hostile } },
      { part: hostile, status: 'down', facts: { [hostile]: 1 } },
    ];
    const byStatus = { awaiting_activation: 0, connected: 1, reconnect_required: 0, disconnected: 0 };
    connections.summary = () =>
      Promise.resolve({ byStatus: { ...byStatus, [hostile]: 4 }, due: 0, overdue: 0 });
    const text = await scrape();
    expect(text.text).not.toMatch(/acme|forged/);
    expect(text.value('broker_spool_disk_fault')).toBe(1);
    expect(text.of('broker_connections')).toHaveLength(4);
  });
});
