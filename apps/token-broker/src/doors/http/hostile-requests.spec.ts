import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { openDoors, type DoorApp } from '../testing/door-app.js';
import { sendRaw } from '../testing/raw-http.js';
import { IsPlainText } from './plain-text.js';

class Thing {
  @IsPlainText(10)
  readonly name!: string;

  @IsOptional()
  @IsPlainText(10)
  readonly label?: string;
}

@Controller('things')
class ThingsController {
  @Post()
  make(@Body() { name }: Thing): { name: string } {
    return { name };
  }

  @Get()
  find(@Query() { name }: Thing): { name: string } {
    return { name };
  }

  @Get('ip')
  ip(@Req() { ip }: FastifyRequest): { ip: string } {
    return { ip };
  }
}

let doors: DoorApp;

beforeAll(async () => {
  const options = { trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'] };
  doors = await openDoors({ controllers: [ThingsController] }, { options });
});

afterAll(async () => {
  await doors.app.close();
});

interface Told {
  readonly status: number;
  readonly body: { code: string; errors?: { field: string; problem: string }[] };
  readonly length: number;
}

async function post(body: string, type = 'application/json'): Promise<Told> {
  const answer = await fetch(`http://127.0.0.1:${String(doors.port)}/things`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
  const text = await answer.text();
  return { status: answer.status, body: JSON.parse(text) as Told['body'], length: text.length };
}

const members = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${String(index)}`, index]));

describe('a body of what was not asked for', () => {
  it('is refused by its count where it has thousands of members, in a small answer', async () => {
    const { status, body, length } = await post(JSON.stringify({ name: 'a', ...members(5_000) }));
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(length).toBeLessThan(500);
  });

  it('has twenty problems named at most', async () => {
    const { status, body } = await post(JSON.stringify({ name: 'a', ...members(50) }));
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(20);
  });

  it('of a missing member says that it is missing, and nothing else', async () => {
    const { body } = await post('{}');
    expect(body.errors).toEqual([{ field: 'name', problem: 'is missing' }]);
  });

  it('of null is not missing', async () => {
    const { body } = await post('{"name":null}');
    expect(body.errors?.map(({ problem }) => problem)).toContain('must be a text');
  });

  it.each([
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'isPrototypeOf',
    '__defineGetter__',
    '__lookupSetter__',
    'propertyIsEnumerable',
  ])('with the member %s is refused like any unknown one', async (name) => {
    const { status, body } = await post(JSON.stringify({ name: 'a', [name]: 1 }));
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ field: name, problem: 'is not known here' }]);
  });

  it('with the member __proto__ is refused', async () => {
    expect((await post('{"name":"a","__proto__":1}')).status).toBe(400);
  });

  it.each([
    ['a list of thousands', `{"name":[${'1,'.repeat(3_000)}1]}`],
    ['many objects within', `{"name":[${'{"a":1},'.repeat(900)}1]}`],
    ['a long text', `{"name":"${'secret'.repeat(1_000)}"}`],
    ['a long name', `{"${'secret'.repeat(1_000)}":1}`],
  ])('with %s is refused in a small answer', async (_name, text) => {
    const { status, length } = await post(text);
    expect(status).toBe(400);
    expect(length).toBeLessThan(1_000);
  });

  it('in a query is refused by its count', async () => {
    const query = Array.from({ length: 1_000 }, (_, index) => `m${String(index)}=`).join('&');
    const answer = await fetch(`http://127.0.0.1:${String(doors.port)}/things?${query}`);
    const text = await answer.text();
    expect([answer.status, text.length < 500]).toEqual([400, true]);
  });
});

describe('a request with a field twice', () => {
  it.each([
    ['Host', 'Host: a\r\nHost: b'],
    ['Host in another case', 'Host: a\r\nhOsT: a'],
    ['Authorization', 'Host: a\r\nAuthorization: Bearer a\r\nauthorization: Bearer b'],
  ])('%s is refused', async (_name, fields) => {
    const answer = await sendRaw(
      doors.port,
      `GET /things?name=a HTTP/1.1\r\n${fields}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'invalid_request' });
  });
});

describe('the address of a client behind proxies', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7, 10.0.0.9:4711', '192.0.2.7'],
    ['192.0.2.7, [fd00::9]:4711', '192.0.2.7'],
    ['192.0.2.7, ::ffff:10.0.0.9', '192.0.2.7'],
    ['192.0.2.7, 10.0.0.9garbage', '10.0.0.9garbage'],
    ['192.0.2.7, 198.51.100.1', '198.51.100.1'],
  ])('of %s is %s', async (forwarded, ip) => {
    const answer = await fetch(`http://127.0.0.1:${String(doors.port)}/things/ip`, {
      headers: { 'x-forwarded-for': forwarded },
    });
    expect(await answer.json()).toEqual({ ip });
  });
});
