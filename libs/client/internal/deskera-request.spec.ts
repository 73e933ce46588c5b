import { describe, expect, it } from '@jest/globals';
import { sampleToken } from '../testing/index.js';
import { readRequest, withToken, type FetchInput } from './deskera-request.js';

const token = sampleToken('good-token', { apiUrl: 'https://api.example' });

function addressed(input: FetchInput, apiUrl = token.apiUrl): string {
  const [to] = withToken(readRequest(input), { ...token, apiUrl });
  return to instanceof Request ? to.url : String(to);
}

describe('an address', () => {
  it.each([
    ['/v1/contacts?x=1', 'https://api.example/v1/contacts?x=1'],
    ['v1/contacts', 'https://api.example/v1/contacts'],
    ['https://api.example/v1/contacts', 'https://api.example/v1/contacts'],
    ['https://api.example:443/v1', 'https://api.example/v1'],
    [new URL('https://api.example/v1'), 'https://api.example/v1'],
    [new Request('https://api.example/v1'), 'https://api.example/v1'],
    ['/https://evil.example/', 'https://api.example/https://evil.example/'],
  ])('%s is %s', (input, expected) => {
    expect(addressed(input)).toBe(expected);
  });

  it('stays below an apiUrl with a path', () => {
    expect(addressed('/v1/contacts', 'https://proxy.example/deskera')).toBe(
      'https://proxy.example/deskera/v1/contacts',
    );
  });

  it.each([
    'https://evil.example/',
    'http://api.example/',
    'https://api.example:8443/',
    'https://api.example.evil.example/',
    'https://api.example@evil.example/',
    '//evil.example/',
    '\\\\evil.example/',
    '/\\evil.example/',
    ' //evil.example/',
    'data:text/plain,x',
    'file:///etc/passwd',
    'https://',
    new Request('https://evil.example/'),
  ])('elsewhere gets no token: %s', (input) => {
    expect(() => addressed(input)).toThrow(TypeError);
    expect(() => addressed(input)).not.toThrow(/good-token/);
  });

  it.each(['/\t/evil.example/', '/../..//evil.example/'])(
    'that only looks like elsewhere stays here: %j',
    (input) => {
      expect(new URL(addressed(input)).origin).toBe('https://api.example');
    },
  );
});

describe('a request', () => {
  const url = 'https://api.example/v1';

  it("carries the token in place of the caller's own, and the caller's other fields", () => {
    const [, init] = withToken(
      readRequest(url, { headers: { 'X-Access-Token': 'own', accept: 'a' } }),
      token,
    );
    expect(Object.fromEntries(new Headers(init.headers))).toEqual({
      'x-access-token': 'good-token',
      accept: 'a',
    });
    const [, other] = withToken(readRequest(new Request(url, { headers: { accept: 'b' } })), token);
    expect(Object.fromEntries(new Headers(other.headers))).toEqual({
      'x-access-token': 'good-token',
      accept: 'b',
    });
  });

  it('follows no redirect', () => {
    expect(readRequest(url).init.redirect).toBe('manual');
    expect(readRequest(new Request(url)).init.redirect).toBe('manual');
    expect(readRequest(url, { redirect: 'error' }).init.redirect).toBe('error');
    expect(() => readRequest(url, { redirect: 'follow' })).toThrow(TypeError);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'x'],
    ['a buffer', Buffer.from('x')],
    ['bytes', new Uint8Array(2)],
    ['an array buffer', new ArrayBuffer(2)],
    ['a form', new URLSearchParams('a=b')],
    ['a multipart form', new FormData()],
    ['a blob', new Blob(['x'])],
  ])('with %s can be sent again', (_, body) => {
    expect(readRequest(url, body === undefined ? {} : { body }).repeatable).toBe(true);
  });

  it('with a stream, or with a body inside a Request, cannot', () => {
    const stream = new Blob(['x']).stream();
    expect(readRequest(url, { method: 'POST', body: stream }).repeatable).toBe(false);
    const request = new Request(url, { method: 'POST', body: 'x' });
    expect(readRequest(request).repeatable).toBe(false);
    expect(readRequest(request, { body: 'instead' }).repeatable).toBe(true);
    expect(readRequest(new Request(url)).repeatable).toBe(true);
  });

  it('heeds the signal of either', () => {
    const { signal } = new AbortController();
    expect(readRequest(url, { signal }).signal).toBe(signal);
    expect(readRequest(new Request(url, { signal })).signal).toBeInstanceOf(AbortSignal);
    expect(readRequest(new Request(url, { signal }), { signal: null }).signal).toBeUndefined();
  });
});
