import { describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { authPageUrl } from './auth-page.js';

const options = {
  authUrls: { v1: 'https://appauth.deskera.com/', v2: 'https://oauth.deskera.com/' },
  credentials: {
    v1: { clientId: 'cl_pub_1', clientSecrets: [] },
    v2: { clientId: 'cl_pub_2', clientSecrets: [] },
  },
};
const request = { state: Secret.of('65289+/&'), landingUrl: 'https://app.example/back?to=home' };

describe('the auth page', () => {
  it('takes where the browser lands in V1', () => {
    const url = new URL(authPageUrl(options, { ...request, apiVersion: 'v1' }));
    expect(url.origin + url.pathname).toBe('https://appauth.deskera.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'cl_pub_1',
      scope: 'write',
      state: '65289+/&',
      response_type: 'code',
      redirect_uri: 'https://app.example/back?to=home',
    });
  });

  it('has no redirect_uri in V2, and its own client', () => {
    const url = new URL(authPageUrl(options, { ...request, apiVersion: 'v2' }));
    expect(url.origin + url.pathname).toBe('https://oauth.deskera.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'cl_pub_2',
      scope: 'write',
      state: '65289+/&',
      response_type: 'code',
    });
  });
});
