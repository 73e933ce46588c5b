import { describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { BrowserCookie } from './browser-cookie.js';

const secure = new BrowserCookie('https://broker.example', 900);
const plain = new BrowserCookie('http://localhost:3000', 900);

describe("the browser's cookie", () => {
  it('is out of reach for other hosts and for scripts', () => {
    expect(secure.write(Secret.of('abc'))).toBe(
      '__Host-dtb-browser=abc; Path=/; Max-Age=87300; HttpOnly; SameSite=Lax; Secure',
    );
  });

  it('works without https too, for a broker on one machine', () => {
    expect(plain.write(Secret.of('abc'))).toBe(
      'dtb-browser=abc; Path=/; Max-Age=87300; HttpOnly; SameSite=Lax',
    );
  });

  it.each([
    [undefined, null],
    ['', null],
    ['other=1', null],
    ['__Host-dtb-browser=abc', 'abc'],
    ['other=1; __Host-dtb-browser=abc; more=2', 'abc'],
    // A cookie of this name without the prefix could be anybody's.
    ['dtb-browser=abc', null],
    ['x__Host-dtb-browser=abc', null],
  ])('is read from %j as %j', (header, expected) => {
    expect(secure.read(header)?.reveal() ?? null).toBe(expected);
  });
});
