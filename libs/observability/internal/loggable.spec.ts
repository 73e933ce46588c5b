import { describe, expect, it } from '@jest/globals';
import { AxiosError, AxiosHeaders } from 'axios';
import { Secret } from '#kernel';
import { loggable } from './loggable.js';

const seen = 'Xq7-seen';

describe('what is logged', () => {
  it.each([
    'token',
    'deskeraToken',
    'deskera-refresh-token',
    'x-access-token',
    'access_token',
    'clientSecret',
    'authorization',
    'Cookie',
    'set-cookie',
    'password',
    'adminKey',
    'key',
    'connectionString',
    'url',
    'connectUrl',
    'linkId',
    'state',
    'code',
  ])('never holds a text under the name %s, however deep', (name) => {
    const members = {
      [name]: seen,
      list: [{ [name]: [seen] }],
      error: Object.assign(new Error('x'), { [name]: seen }),
    };
    expect(JSON.stringify(loggable(members))).not.toContain(seen);
  });

  it.each<[string, unknown]>([
    ['keyId', 'ab12'],
    ['code', 'reconnect_required'],
    ['code', 'ECONNREFUSED'],
    ['code', 'EAI_AGAIN'],
    ['code', 'FST_ERR_BAD_URL'],
    ['code', '23505'],
    ['state', 'half_open'],
    ['tokens', 3],
    ['hasSecret', true],
    ['token', null],
    ['apiUrl', 'https://bifrost.deskera.com'],
  ])('may hold %s: %j', (name, value) => {
    expect(loggable({ [name]: value })).toEqual({ [name]: value });
  });

  it.each(['Ag78aIu', 'agabcd', '65289f'])('holds no authorization code: %s', (code) => {
    expect(loggable({ code })).toEqual({ code: '[redacted]' });
  });

  it('holds an HTTP error without the request and the answer', () => {
    const headers = new AxiosHeaders({ authorization: `Basic ${seen}` });
    const config = { headers, data: `code=${seen}`, url: `https://x/?refresh_token=${seen}` };
    const response = { status: 400, statusText: '', headers: {}, config, data: { error_description: seen } };
    const error = new AxiosError(
      'Request failed with status code 400',
      'ERR_BAD_REQUEST',
      config,
      seen,
      response,
    );
    const text = JSON.stringify(
      loggable({ err: error, nested: { cause: new Error('outer', { cause: error }) } }),
    );
    expect(text).not.toContain(seen);
    expect(text).toContain('Request failed with status code 400');
    expect(text).toContain('ERR_BAD_REQUEST');
  });

  it('holds a database error without its parameters, detail and query', () => {
    const error = Object.assign(new Error('duplicate key value violates unique constraint "one_per_org"'), {
      code: '23505',
      detail: `Key (org_id)=(${seen}) already exists.`,
      query: `SELECT '${seen}'`,
      parameters: [seen],
    });
    const logged = loggable({ err: error });
    expect(JSON.stringify(logged)).not.toContain(seen);
    expect(logged['err']).toMatchObject({ type: 'Error', code: '23505' });
  });

  it('says of a secret that it is one, and of bytes that they are', () => {
    expect(loggable({ value: Secret.of(seen), digest: Buffer.from(seen) })).toEqual({
      value: '[secret]',
      digest: '[bytes]',
    });
  });

  it('ends where things go in circles or on for ever', () => {
    const circle: Record<string, unknown> = {
      many: Array.from({ length: 1_000 }, () => 1),
      text: 'x'.repeat(10_000),
    };
    circle['again'] = circle;
    circle['cause'] = new Error('x', { cause: circle });
    expect(JSON.stringify(loggable(circle)).length).toBeLessThan(200_000);
  });
});
