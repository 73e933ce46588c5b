import { describe, expect, it } from '@jest/globals';
import { scrubbed } from './scrub.js';

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJ0ZW5hbnRJZCI6MX0.c2lnbmF0dXJl';

describe('the last look at a line', () => {
  it.each([
    [`Invalid refresh token: ${jwt}`, 'Invalid refresh token: [redacted]'],
    [`cut off: ${jwt.slice(0, 30)}`, 'cut off: [redacted]'],
    ['key dtb_ab12-CD_s3cr_et-Part.', 'key dtb_ab12-CD_[redacted].'],
    ['authorization: Basic Y2xfcHViOmNsX3NlYw==', 'authorization: Basic [redacted]'],
    [
      'GET /oauth/callback?code=Ag78aIu&state=65289&scope=write',
      'GET /oauth/callback?code=[redacted]&state=[redacted]&scope=write',
    ],
    ['POST /v2/oauth/token?refresh_token=abc', 'POST /v2/oauth/token?refresh_token=[redacted]'],
    ['opened /connect/AbCdEfGhIjKlMnOpQrStUv-_', 'opened /connect/[redacted]'],
    [
      'connect ECONNREFUSED postgres://broker:pw@db:5432/x',
      'connect ECONNREFUSED postgres://[redacted]@db:5432/x',
    ],
  ])('takes the secret out of %s', (line, expected) => {
    expect(scrubbed(line)).toBe(expected);
  });

  it.each([
    'GET /connect/:id 303',
    'Basic authentication',
    'https://bifrost.deskera.com/v1',
    'dtb_ab12',
    'state=open',
  ])('leaves alone: %s', (line) => {
    expect(scrubbed(line)).toBe(line);
  });

  it('leaves JSON as JSON', () => {
    const line = JSON.stringify({
      a: `Bearer ${jwt}"\n`,
      b: 'x?code=abc',
      c: 'postgres://u:p@h',
      d: `${jwt}\\`,
    });
    expect(JSON.parse(scrubbed(line))).toMatchObject({ a: 'Bearer [redacted]"\n', b: 'x?code=[redacted]' });
  });
});
