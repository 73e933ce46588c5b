import { describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { BrowserCookie } from './browser-cookie.js';

const secure = new BrowserCookie('https://broker.example', 900);
const plain = new BrowserCookie('http://localhost:3000', 900);
const id = Secret.of('abc');
const own = `-${id.fingerprint()}`;

const revealed = (ids: readonly Secret[]) => ids.map((one) => one.reveal());
/** What a browser sends back that got these answers in turn. */
const sentBack = (...answers: readonly (readonly string[])[]) =>
  [...new Map(answers.flat().map((line) => (line.split(';')[0] ?? '').split('=') as [string, string]))]
    .map((pair) => pair.join('='))
    .join('; ');

describe("The browser's cookies", () => {
  it('are out of reach for other hosts and for scripts.', () => {
    const attributes = 'Path=/; Max-Age=87300; HttpOnly; SameSite=Lax; Secure';
    expect(secure.write(id, undefined)).toEqual([
      `__Host-dtb-browser${own}=abc; ${attributes}`,
      `__Host-dtb-browser=abc; ${attributes}`,
    ]);
  });

  it('work without https too, for a broker on one machine.', () => {
    const attributes = 'Path=/; Max-Age=87300; HttpOnly; SameSite=Lax';
    expect(plain.write(id, undefined)).toEqual([
      `dtb-browser${own}=abc; ${attributes}`,
      `dtb-browser=abc; ${attributes}`,
    ]);
  });

  it('of two openings at once in a fresh browser are both kept.', () => {
    const answers = ['tab-one', 'tab-two'].map((text) => secure.write(Secret.of(text), undefined));
    expect(revealed(secure.read(sentBack(...answers))).sort()).toEqual(['tab-one', 'tab-two']);
  });

  it('are ended, the oldest first, where there are too many.', () => {
    const header = sentBack(
      ...Array.from({ length: 20 }, (_, index) => secure.write(Secret.of(`tab-${String(index)}`), undefined)),
    );
    const lines = secure.write(id, header);
    const ended = lines.filter((line) => line.includes('Max-Age=0'));
    expect(ended).toHaveLength(4);
    expect(ended[0]).toContain(`__Host-dtb-browser-${Secret.of('tab-0').fingerprint()}=;`);
  });

  it.each([
    [undefined, []],
    ['', []],
    ['other=1', []],
    ['__Host-dtb-browser=abc', ['abc']],
    ['other=1; __Host-dtb-browser=abc; more=2', ['abc']],
    ['__Host-dtb-browser-0123456789abcdef=abc; __Host-dtb-browser=def', ['abc', 'def']],
    ['__Host-dtb-browser-0123456789abcdef=abc; __Host-dtb-browser=abc', ['abc']],
    // A cookie of this name without the prefix could be anybody's.
    ['dtb-browser=abc', []],
    ['x__Host-dtb-browser=abc', []],
    ['__Host-dtb-browser-else=abc', []],
  ])('are read from %j as %j.', (header, expected) => {
    expect(revealed(secure.read(header))).toEqual(expected);
  });
});
