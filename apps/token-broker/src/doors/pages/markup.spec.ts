import { describe, expect, it } from '@jest/globals';
import { markup } from './markup.js';

describe('a piece of a page', () => {
  it('escapes every value, in text and in attributes', () => {
    const value = `<b title="x" id='y'>&`;
    const escaped = '&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;';
    expect(markup`<p title="${value}">${value}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('takes other pieces as they are', () => {
    const pieces = ['<', '>'].map((sign) => markup`<i>${sign}</i>`);
    expect(markup`<p>${markup`<br>`}${pieces}</p>`.text).toBe('<p><br><i>&lt;</i><i>&gt;</i></p>');
    expect(markup`<p>${[]}</p>`.text).toBe('<p></p>');
  });
});
