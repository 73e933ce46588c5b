import { describe, expect, it } from '@jest/globals';
import { asksForHtml, asksForJson } from './accept.js';

describe('what a caller asks for', () => {
  it.each([
    [undefined, 'neither'],
    ['', 'neither'],
    ['*/*', 'neither'],
    ['text/plain', 'neither'],
    ['application/json', 'json'],
    ['application/json, text/plain, */*', 'json'],
    ['application/problem+json', 'json'],
    ['APPLICATION/JSON; charset=utf-8', 'json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'html'],
    ['text/html;q=0.9, application/json', 'json'],
    ['text/html, application/json;q=0.5', 'html'],
    ['application/json;q=0', 'neither'],
    ['application/json;q=much', 'neither'],
  ])('%s → %s', (accept, expected) => {
    const asked = asksForJson(accept) ? 'json' : asksForHtml(accept) ? 'html' : 'neither';
    expect(asked).toBe(expected);
  });
});
