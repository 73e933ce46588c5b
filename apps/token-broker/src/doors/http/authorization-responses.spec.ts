import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { openDoors, type DoorApp } from '../testing/door-app.js';

@Controller()
class EchoController {
  @Get(['oauth/callback', 'elsewhere'])
  get(@Req() { query, body }: FastifyRequest): unknown {
    return { query, body: body ?? null };
  }

  @Post(['oauth/callback', 'elsewhere'])
  post(@Req() { query, body }: FastifyRequest): unknown {
    return { query, body: body ?? null };
  }
}

let doors: DoorApp;

beforeAll(async () => {
  doors = await openDoors({ controllers: [EchoController] });
});

afterAll(async () => {
  await doors.app.close();
});

const values = 'code=c&state=s';

async function send(path: string, init: RequestInit = {}): Promise<[number, unknown]> {
  const response = await fetch(`http://127.0.0.1:${String(doors.port)}/${path}`, init);
  return [response.status, await response.json()];
}

describe('An authorization response', () => {
  it.each(['scope=a&scope=b', 'constructor=1', '__proto__=1', 'a[b]=c&a[b]=d', 'flag&flag', 'toString=x'])(
    'may bring any other parameters: %s.',
    async (others) => {
      expect(await send(`oauth/callback?${values}&${others}`)).toEqual([
        200,
        { query: expect.objectContaining({ code: 'c', state: 's' }), body: null },
      ]);
      expect(await send(`elsewhere?${values}&scope=a&scope=b`)).toMatchObject([400, expect.anything()]);
    },
  );

  it.each([
    ['text/plain', ''],
    ['application/octet-stream', ''],
    ['no type at all', ''],
    ['text/plain', 'hello'],
    ['application/xml', '<a/>'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/json', '{'],
    ['application/json; charset=utf-8', `${'['.repeat(50)}${']'.repeat(50)}`],
    ['application/json', 'x'.repeat(70_000)],
    ['application/x-www-form-urlencoded', `code=${'x'.repeat(70_000)}`],
    ['application/json', '{"code":"another","state":"another"}'],
  ])('with its values in the query needs no body: %s %j.', async (type, body) => {
    const init = { method: 'POST', headers: { 'content-type': type }, body };
    expect(await send(`oauth/callback?${values}`, init)).toMatchObject([201, { body: null }]);
  });

  it.each([
    ['application/json; charset=utf-8', '{"state":"s"}'],
    ['application/x-www-form-urlencoded; charset=UTF-8', 'state=s'],
  ])('may bring its values in a body of %s.', async (type, body) => {
    const init = { method: 'POST', headers: { 'content-type': type }, body };
    expect(await send('oauth/callback', init)).toMatchObject([201, { body: { state: 's' } }]);
  });

  it.each([
    ['oauth/callback?scope=write', 'text/plain', 415],
    ['oauth/callback?code=c&state=', 'text/plain', 415],
    [`elsewhere?${values}`, 'text/plain', 415],
    [`elsewhere?${values}`, 'application/json', 400],
  ])('is the only request with such freedom: %s %s.', async (path, type, status) => {
    const init = { method: 'POST', headers: { 'content-type': type }, body: '{' };
    expect(await send(path, init)).toMatchObject([status, { code: expect.any(String) }]);
  });

  it('may have a code of several KB.', async () => {
    const [status] = await send(`oauth/callback?state=s&code=${'c'.repeat(12_000)}`);
    expect(status).toBe(200);
  });
});
