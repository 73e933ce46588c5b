import { describe, expect, it } from '@jest/globals';
import { corsHeaders, preflightHeaders } from './auth-page-cors.js';

const authPages = ['https://appauth.deskera.example'];

describe('CORS of the callback', () => {
  it("lets the auth page's script read the answer, without cookies", () => {
    const headers = preflightHeaders('https://appauth.deskera.example', authPages);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://appauth.deskera.example',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      vary: 'Origin',
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each(['https://evil.example', 'null', undefined, 'https://appauth.deskera.example.evil.example'])(
    'says nothing to %s',
    (origin) => {
      expect(corsHeaders(origin, authPages)).toEqual({ vary: 'Origin' });
      expect(preflightHeaders(origin, authPages)).toEqual({ vary: 'Origin' });
    },
  );
});
