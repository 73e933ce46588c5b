import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { openDoors, type DoorApp } from '../testing/door-app.js';
import { FakeHealthReport } from '../testing/fake-health-report.js';
import { HealthModule, HealthReport } from './index.js';
import { Lifecycle } from './lifecycle.js';

let doors: DoorApp;
let report: FakeHealthReport;

beforeEach(async () => {
  report = new FakeHealthReport();
  @Global()
  @Module({ providers: [{ provide: HealthReport, useValue: report }], exports: [HealthReport] })
  class Report {}
  doors = await openDoors({ imports: [Report, HealthModule] });
});

afterEach(async () => {
  await doors.app.close();
});

async function get(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(doors.port)}/health/${path}`);
}

describe('health', () => {
  it('is alive whatever the database does', async () => {
    report.accepted = false;
    const response = await get('live');
    expect([response.status, await response.json()]).toEqual([200, { status: 'alive' }]);
  });

  it('is ready with its parts', async () => {
    const response = await get('ready');
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', parts: report.parts() },
    ]);
  });

  it('is ready while a part is down: that is for alarms', async () => {
    report.partStatus = 'down';
    expect((await get('ready')).status).toBe(200);
  });

  it('is not ready before the schema is accepted', async () => {
    report.accepted = false;
    const response = await get('ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: 'broker_unavailable',
      standing: 'starting',
      parts: report.parts(),
    });
  });

  it('is not ready once it is stopping', async () => {
    doors.app.get(Lifecycle, { strict: false }).onModuleDestroy();
    const response = await get('ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ standing: 'stopping' });
  });
});
