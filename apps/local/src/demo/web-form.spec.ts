import { describe, expect, it } from '@jest/globals';
import { firstForm } from './web-form.js';

const page = `
<h1>Connect</h1>
<form method="post" action="/appauth?state=a&amp;b=c">
  <input type="hidden" name="state" value="a &quot;b&quot;">
  <label><input type="radio" name="org" value="11242" checked> Singapore Org</label>
  <label><input type='radio' name='org' value='11243'> Other</label>
  <select name="role"><option value="owner">Owner</option><option value="clerk">Clerk</option></select>
  <button type="submit" name="decision" value="allow"><strong>Allow</strong></button>
  <button name=decision value=deny>Deny</button>
</form>
<form action="/elsewhere"></form>`;

describe('the form of a page', () => {
  const form = firstForm(page, 'http://localhost:4000/appauth/?x=1');

  it('is sent to its action', () => {
    expect(form.action).toBe('http://localhost:4000/appauth?state=a&b=c');
  });

  it('is sent to the page itself where it names no action', () => {
    expect(firstForm('<form method="post"></form>', 'http://localhost/page').action).toBe(
      'http://localhost/page',
    );
  });

  it('has its fields, the first choice of each', () => {
    expect([...form.fields]).toEqual([
      ['state', 'a "b"'],
      ['org', '11242'],
      ['role', 'owner'],
    ]);
  });

  it('has its buttons', () => {
    expect(form.buttons).toEqual([
      { name: 'decision', value: 'allow', text: 'Allow' },
      { name: 'decision', value: 'deny', text: 'Deny' },
    ]);
  });

  it('is missed without telling the query, which can be secret', () => {
    expect(() => firstForm('<p>Gone</p>', 'http://localhost/connect?state=s3cret')).toThrow(
      'the page at http://localhost/connect has no form',
    );
  });
});
