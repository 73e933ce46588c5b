import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Post } from '@nestjs/common';
import { openDoors, type DoorApp } from '../testing/door-app.js';
import { sendRaw } from '../testing/raw-http.js';

@Controller('now')
class NowController {
  @Post()
  now(@Body() body: unknown): { body: unknown } {
    return { body: body ?? null };
  }
}

let doors: DoorApp;

beforeAll(async () => {
  doors = await openDoors({ controllers: [NowController] });
});

afterAll(async () => {
  await doors.app.close();
});

describe('a body that says it is JSON', () => {
  it.each([
    ['no length', '\r\n'],
    ['a length of 0', 'Content-Length: 0\r\n\r\n'],
    ['no chunks', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('and is empty, with %s, is none', async (_name, rest) => {
    const head = 'POST /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n';
    const { status, body } = await sendRaw(doors.port, head + rest);
    expect([status, JSON.parse(body)]).toEqual([201, { body: null }]);
  });

  it.each([
    ['{"a":"ü"}', 201, { body: { a: 'ü' } }],
    [' ', 400, { code: 'invalid_request' }],
    ['{', 400, { code: 'invalid_request' }],
    ['{"__proto__":{}}', 400, { code: 'invalid_request' }],
    ['{"constructor":{"prototype":{}}}', 400, { code: 'invalid_request' }],
    [`${'['.repeat(2_000)}${']'.repeat(2_000)}`, 400, { code: 'invalid_request' }],
    [`"${'a'.repeat(66_000)}"`, 413, { code: 'payload_too_large' }],
  ])('and is not empty is read: %.40s', async (sent, status, expected) => {
    const response = await fetch(`http://127.0.0.1:${String(doors.port)}/now`, {
      method: 'POST',
      body: sent,
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(expected);
  });
});
