import { describe, expect, it } from '@jest/globals';
import { allowedRedirectUri } from './redirect-uri.js';

const origins = ['https://app.example', 'http://localhost:4200'];

describe('a redirectUri', () => {
  it.each([
    ['https://app.example/done?tab=deskera', 'https://app.example/done?tab=deskera'],
    ['https://app.example', 'https://app.example/'],
    ['https://app.example:443/done', 'https://app.example/done'],
    ['HTTPS://APP.EXAMPLE/Done', 'https://app.example/Done'],
    ['http://localhost:4200/a/../b', 'http://localhost:4200/b'],
    // A backslash is a slash to every browser: the host stays ours.
    ['https://app.example\\@evil.example/', 'https://app.example/@evil.example/'],
  ])('%s is allowed as %s', (text, expected) => {
    expect(allowedRedirectUri(text, origins)).toBe(expected);
  });

  it.each([
    ['another origin', 'https://evil.example/'],
    ['another scheme of the same host', 'http://app.example/'],
    ['another port', 'https://app.example:8443/'],
    ['a longer host', 'https://app.example.evil.example/'],
    ['a subdomain', 'https://x.app.example/'],
    ['a user name', 'https://app.example@evil.example/'],
    ['credentials', 'https://user:secret@app.example/'],
    ['a fragment', 'https://app.example/#x'],
    ['an empty fragment', 'https://app.example/#'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a path', '/done'],
    ['a network path', '//app.example/done'],
    ['nothing', ''],
    ['words', 'not an address'],
    ['too long', `https://app.example/${'a'.repeat(2048)}`],
  ])('with %s is refused', (_, text) => {
    expect(() => allowedRedirectUri(text, origins)).toThrow(
      expect.objectContaining({ code: 'invalid_redirect_uri' }),
    );
  });

  it('is refused where no origin is configured', () => {
    expect(() => allowedRedirectUri('https://app.example/', [])).toThrow('CONNECT_REDIRECT_ORIGINS');
  });
});
