import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { IsInt, Min } from 'class-validator';
import { Failure } from '#kernel';
import { openDoors, publicUrl, type DoorApp } from '../testing/door-app.js';
import { sendRaw, type RawAnswer } from '../testing/raw-http.js';
import { ToNumber } from './to-number.js';
import { IsPlainText } from './plain-text.js';

class Thing {
  @IsPlainText(10)
  readonly name!: string;
}

const sizeRule = 'must be a whole number from 1';

class ThingQuery {
  @ToNumber()
  @IsInt({ message: sizeRule })
  @Min(1, { message: sizeRule })
  readonly size: number = 5;
}

@Controller('things')
class ThingsController {
  @Get()
  list(@Query() query: ThingQuery): { size: number } {
    return { size: query.size };
  }

  @Post()
  make(@Body() body: Thing): { name: string } {
    return { name: body.name };
  }

  @Get('failing/:how')
  fail(@Param('how') how: string): never {
    if (how === 'known') {
      throw new Failure('deskera_unavailable', 'Deskera cannot be asked now.', {
        internal: 'inside-only',
        cause: new Error('inside-only too'),
        retryAfterSeconds: 2.2,
        extensions: { since: 'yesterday', code: 'not-this', status: 200 },
      });
    }
    throw new Error(`a defect with a secret: ${how}`);
  }
}

let doors: DoorApp;

beforeAll(async () => {
  doors = await openDoors({ controllers: [ThingsController] }, { options: { arrivalSeconds: 1 } });
});

afterAll(async () => {
  await doors.app.close();
});

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(doors.port)}${path}`, init);
}

async function post(body: string, contentType = 'application/json'): Promise<Response> {
  return request('/things', { method: 'POST', body, headers: { 'content-type': contentType } });
}

async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<Record<string, unknown>> {
  const problem = (await response.json()) as Record<string, unknown>;
  expect({ status: response.status, code: problem['code'], type: problem['type'] }).toEqual({
    status,
    code,
    type: `${publicUrl}/docs/errors#${code}`,
  });
  expect(problem).toMatchObject({
    status,
    title: expect.any(String) as unknown,
    detail: expect.any(String) as unknown,
  });
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-request-id')).toMatch(/^[A-Za-z0-9_.:-]{1,128}$/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  return problem;
}

describe('every answer', () => {
  it('carries the request id of its caller, and is stored by nobody', async () => {
    const response = await request('/things', { headers: { 'x-request-id': 'from-the-caller:1' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toBe('from-the-caller:1');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it.each(['with space', 'a"b', 'a'.repeat(129), ''])('makes up one in place of %j', async (id) => {
    const response = await request('/things', { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id')).toMatch(/^[A-Za-z0-9_.:-]{8,128}$/);
    expect(response.headers.get('x-request-id')).not.toBe(id);
  });
});

describe('a failure', () => {
  it('tells what is meant for the caller, and nothing of the inside', async () => {
    const response = await request('/things/failing/known');
    const problem = await expectProblem(response, 503, 'deskera_unavailable');
    expect(problem).toEqual({
      type: `${publicUrl}/docs/errors#deskera_unavailable`,
      title: 'Deskera cannot be asked now',
      status: 503,
      detail: 'Deskera cannot be asked now.',
      code: 'deskera_unavailable',
      since: 'yesterday',
    });
    expect(response.headers.get('retry-after')).toBe('3');
  });

  it('that nobody expected tells nothing', async () => {
    const problem = await expectProblem(await request('/things/failing/hunter2'), 500, 'internal_error');
    expect(JSON.stringify(problem)).not.toMatch(/defect|secret|hunter2/);
  });
});

describe('what can’t be read', () => {
  it.each([
    ['/nothing-here', 'not_found', 404],
    ['/things/', 'not_found', 404],
    ['/things?size=1&size=2', 'invalid_request', 400],
    ['/things?size=0', 'invalid_request', 400],
    ['/things?size=x', 'invalid_request', 400],
    ['/things?size=', 'invalid_request', 400],
    ['/things?szie=1', 'invalid_request', 400],
    ['/things?__proto__=1', 'invalid_request', 400],
    ['/things?constructor=1', 'invalid_request', 400],
    ['/things/failing/%', 'invalid_request', 400],
    ['/things/failing/%ff', 'invalid_request', 400],
  ])('GET %s is %s', async (path, code, status) => {
    await expectProblem(await request(path), status, code);
  });

  it('in a path may be as long as a tenant id with every character escaped, and not longer', async () => {
    await expectProblem(await request(`/things/failing/${'%41'.repeat(128)}`), 500, 'internal_error');
    await expectProblem(await request(`/things/failing/${'a'.repeat(513)}`), 414, 'uri_too_long');
  });

  it.each([
    ['an unknown member', '{"name":"ok","hunter":"hunter2"}'],
    ['a text too long', '{"name":"hunter2hunter2"}'],
    ['a NUL', '{"name":"a\\u0000b"}'],
    ['half a surrogate pair', '{"name":"a\\ud800b"}'],
    ['a list for a text', '{"name":["hunter2"]}'],
    ['an object for a text', '{"name":{"hunter2":1}}'],
    ['a missing member', '{}'],
    ['an empty list', '[]'],
    ['a list', '[{"name":"hunter2"}]'],
    ['a bare text', '"hunter2"'],
    ['a bare number', '7'],
    ['null', 'null'],
    ['half a document', '{"name":"hunter2"'],
    ['nothing', ''],
    ['a poisoned prototype', '{"__proto__":{"name":"hunter2"}}'],
    ['a poisoned constructor', '{"constructor":{"prototype":{"name":"hunter2"}}}'],
  ])('a JSON body of %s is 400', async (_name, body) => {
    const problem = await expectProblem(await post(body), 400, 'invalid_request');
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it.each([
    [
      'a form that names one twice',
      'name=hunter2&name=b',
      'application/x-www-form-urlencoded',
      'invalid_request',
      400,
    ],
    [
      'a form with a prototype',
      '__proto__=hunter2',
      'application/x-www-form-urlencoded',
      'invalid_request',
      400,
    ],
    ['a text', 'hunter2', 'text/plain', 'unsupported_media_type', 415],
    ['XML', '<a>hunter2</a>', 'application/xml', 'unsupported_media_type', 415],
    ['no type at all', 'hunter2', 'no type at all', 'unsupported_media_type', 415],
    ['more than 64 KB', `{"name":"${'a'.repeat(66_000)}"}`, 'application/json', 'payload_too_large', 413],
  ])('a body of %s is refused', async (_name, body, contentType, code, status) => {
    const problem = await expectProblem(await post(body, contentType), status, code);
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it('is named by its field', async () => {
    const problem = await expectProblem(
      await post('{"name":"far too long a name","more":1}'),
      400,
      'invalid_request',
    );
    expect(problem['errors']).toEqual([
      { field: 'more', problem: 'is not known here' },
      { field: 'name', problem: 'must have 1 to 10 characters' },
    ]);
  });

  it('is told once, however many rules it breaks', async () => {
    const problem = await expectProblem(await request('/things?size=-1'), 400, 'invalid_request');
    expect(problem['errors']).toEqual([{ field: 'size', problem: 'must be a whole number from 1' }]);
  });

  it('does not stand in the way of what can', async () => {
    expect(await (await post('{"name":"ok"}')).json()).toEqual({ name: 'ok' });
    expect(await (await post('name=ok', 'application/x-www-form-urlencoded')).json()).toEqual({ name: 'ok' });
    expect(await (await request('/things?size=7')).json()).toEqual({ size: 7 });
    expect(await (await request('/things')).json()).toEqual({ size: 5 });
  });
});

describe('over a raw socket', () => {
  it.each([
    ['garbage', 'hello there\r\n\r\n', 400, 'invalid_request'],
    ['an unknown method', 'FETCH /things HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'invalid_request'],
    ['a broken version', 'GET /things HTTP/9.9\r\nHost: a\r\n\r\n', 400, 'invalid_request'],
    [
      'a header without a colon',
      'GET /things HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n',
      400,
      'invalid_request',
    ],
    ['a line feed in a header', 'GET /things HTTP/1.1\r\nHost: a\r\nx: a\0b\r\n\r\n', 400, 'invalid_request'],
    ['no Host', 'GET /things HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    [
      'two lengths',
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'invalid_request',
    ],
    [
      'a length and chunks',
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'a header too large',
      `GET /things HTTP/1.1\r\nHost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'an address too large',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 405, 'method_not_allowed'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404, 'not_found'],
    [
      'a bad escape',
      'GET /things/failing/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      400,
      'invalid_request',
    ],
  ])('%s is answered with a problem', async (_name, bytes, status, code) => {
    const answer = await sendRaw(doors.port, bytes);
    expectRawProblem(answer, status, code);
  });

  it('a request that never ends is 408', async () => {
    const answer = await sendRaw(doors.port, 'GET /things HTTP/1.1\r\nHost: a\r\n');
    expectRawProblem(answer, 408, 'request_timeout');
  });

  it('an unknown expectation is ignored', async () => {
    const answer = await sendRaw(
      doors.port,
      'GET /things HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(200);
  });
});

function expectRawProblem(answer: RawAnswer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject({ status, code, type: `${publicUrl}/docs/errors#${code}` });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9_.:-]{1,128}$/);
  expect(answer.headers['cache-control']).toBe('no-store');
}
