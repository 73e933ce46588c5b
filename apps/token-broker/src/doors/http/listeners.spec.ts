import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { openDoors, type DoorApp } from '../testing/door-app.js';
import { sendRaw } from '../testing/raw-http.js';
import { isPublicRoute } from './listeners.js';

@Controller()
class BothSides {
  @Get(['connect/:id', 'oauth/callback', 'connected', 'not-connected'])
  outside(): string {
    return 'outside';
  }

  @Get(['v1/tenants/:tenantId/deskera-token', 'admin/api/summary', 'health/live'])
  inside(): string {
    return 'inside';
  }
}

const outside = ['/connect/abc', '/oauth/callback?code=1', '/connected', '/not-connected'];
const inside = ['/v1/tenants/acme/deskera-token', '/admin/api/summary', '/health/live'];
const nowhere = [
  '/',
  '/connect',
  '/connect/a/b',
  '/oauth/callback/',
  '//connected',
  '/connect/..%2Fhealth/live',
];

let doors: DoorApp;

async function get(port: number | null, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(port)}${path}`);
}

async function expectNothingThere(port: number | null, path: string): Promise<void> {
  const response = await get(port, path);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'not_found' });
  expect(response.headers.get('x-request-id')).not.toBeNull();
}

describe('with PUBLIC_PORT', () => {
  beforeAll(async () => {
    doors = await openDoors({ controllers: [BothSides] }, { separate: true });
  });

  afterAll(async () => {
    await doors.app.close();
  });

  it.each(outside)('%s is only outside', async (path) => {
    expect(await (await get(doors.publicPort, path)).text()).toBe('outside');
    await expectNothingThere(doors.port, path);
  });

  it.each(inside)('%s is only inside', async (path) => {
    expect(await (await get(doors.port, path)).text()).toBe('inside');
    await expectNothingThere(doors.publicPort, path);
  });

  it('an inner path can’t be reached from outside by another spelling', async () => {
    const spellings = [
      '/%68ealth/live',
      '/connect/../health/live',
      '/health/live?x=/connect/a',
      '/health%2flive',
    ];
    for (const path of spellings) {
      const raw = `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Original-URL: /connected\r\nConnection: close\r\n\r\n`;
      expect((await sendRaw(doors.publicPort ?? 0, raw)).status).toBe(404);
    }
    const absolute = 'GET http://a/health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    expect((await sendRaw(doors.publicPort ?? 0, absolute)).status).toBe(404);
  });

  it('malformed HTTP is answered outside too', async () => {
    const answer = await sendRaw(doors.publicPort ?? 0, 'nonsense\r\n\r\n');
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'invalid_request' });
  });
});

describe('without PUBLIC_PORT', () => {
  it('one listener serves all', async () => {
    const single = await openDoors({ controllers: [BothSides] });
    expect(single.publicPort).toBeNull();
    for (const path of [...outside, ...inside]) expect((await get(single.port, path)).status).toBe(200);
    for (const path of nowhere) await expectNothingThere(single.port, path);
    await single.app.close();
  });
});

describe('closing', () => {
  it('answers what is under way on both listeners, and takes nothing new', async () => {
    const { promise: held, resolve: letGo } = Promise.withResolvers<string>();
    let waiting = 0;

    @Controller()
    class Slow {
      @Get(['connected', 'health/live'])
      wait(): Promise<string> {
        waiting += 1;
        return held;
      }
    }
    const slow = await openDoors({ controllers: [Slow] }, { separate: true });
    const answers = [get(slow.publicPort, '/connected'), get(slow.port, '/health/live')];
    while (waiting < 2) await new Promise(setImmediate);
    const closed = slow.app.close();
    await expect(refusedEventually(slow.port)).resolves.toBe(true);
    await expect(refusedEventually(slow.publicPort)).resolves.toBe(true);
    letGo('done');
    expect(await Promise.all(answers.map(async (answer) => (await answer).text()))).toEqual(['done', 'done']);
    await closed;
  });
});

/** Whether the port stops to take connections, within a bounded number of tries. */
async function refusedEventually(port: number | null): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      await fetch(`http://127.0.0.1:${String(port)}/nothing`);
    } catch {
      return true;
    }
  }
  return false;
}

describe('isPublicRoute', () => {
  it.each([
    ['/connect/:id', true],
    ['/connect/:linkId', true],
    ['/oauth/callback', true],
    ['/connected', true],
    ['/not-connected', true],
    ['', false],
    ['/connect', false],
    ['/connect/:id/more', false],
    ['/connected/more', false],
    ['/v1/tenants/:tenantId/deskera-token', false],
  ])('%s: %s', (route, expected) => {
    expect(isPublicRoute(route)).toBe(expected);
  });
});
