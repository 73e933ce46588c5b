import { describe, expect, it } from '@jest/globals';
import { contentOf } from './answer-content.js';

const object = { access_token: 'a', note: 'a } in { a text, and "quoted \\"' };
const json = JSON.stringify(object);

describe('the content of an answer', () => {
  it.each([
    ['as it is', json],
    ['after a guard', `)]}',\n${json}`],
    ['before a comment', `${json} // of today`],
    ['before a second line', `${json}\n{"request":7}`],
  ])('is the object that it holds, %s', (_, text) => {
    expect(contentOf(text)).toEqual(object);
  });

  it('is read from a form', () => {
    expect(contentOf('access_token=a.b.c&refresh_token=d%2Fe')).toEqual({
      access_token: 'a.b.c',
      refresh_token: 'd/e',
    });
  });

  it.each(['', 'text', '<html><a href="x=1">{', '{"a":', '{"a":"}', 'null'])('is none in %j', (text) => {
    expect(contentOf(text)).toBeNull();
  });

  it('is looked for in bounded time', () => {
    expect(contentOf('{'.repeat(250_000))).toBeNull();
  });
});
