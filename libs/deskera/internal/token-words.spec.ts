import { threadCpuUsage } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { callsTokenBad } from './token-words.js';

const dead: readonly string[] = [
  'The token you provided has expired',
  'The refresh token you sent is no longer valid',
  'Refresh token is disabled',
  'Refresh token is blocked',
  'Refresh token has been rotated',
  'The refresh token was already exchanged',
  'Refresh token mismatch',
  'refresh_token lapsed',
  'Refresh token lifetime exceeded',
  'Refresh token failed validation',
  'No refresh token found',
  'invalid_refresh',
  'REFRESH_EXPIRED',
  'Authorization revoked',
  'Consent revoked',
  'invalid_grant',
  'INVALID_GRANT',
  'InvalidGrantException',
  'invalid_token',
  'INVALID_REFRESH_TOKEN',
  'invalid-refresh-token',
  'invalidRefreshToken',
  'INVALIDREFRESHTOKEN',
  'bad_refresh_token',
  'TOKEN_EXPIRED',
  'token.expired',
  'expired_token',
  'RefreshTokenExpired',
  'REFRESH_TOKEN_REVOKED',
  'refresh_token_not_found',
  'ERR_REFRESH_TOKEN_INVALID',
  'E_TOKEN_REVOKED',
  'JWT expired at 2026-11-23T12:00:00Z. Current time: 2026-11-24T12:00:00Z, a difference of 86400000 milliseconds.',
  'JWT signature does not match locally computed signature. JWT validity cannot be asserted.',
  'refresh token is revoked',
  'Refresh token not found',
  'Refresh token was not found in the database',
  'Refresh Token has already been used',
  'Refresh token reuse detected',
  'The refresh token is no longer valid',
  'Your refresh token has expired, please log in again',
  'refreshToken has been revoked',
  'Refresh token does not exist',
  "Refresh token doesn't exist",
  'Refresh token could not be found',
  'No such refresh token',
  'Unable to find the refresh token',
  'Unknown refresh token',
  'Refresh token: expired',
  'Refresh token 7f3d2c1b-2a3b-4c5d-8e9f-0a1b2c3d4e5f is not valid',
  'Token is blacklisted',
  'Token is not active',
  'The grant has been revoked',
  'The provided authorization grant or refresh token is invalid, expired, revoked, or was issued to another client',
  'Invalid authorization code: Ag78aIu',
  'Invalid refresh token: eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln',
  'Invalid refresh token (expired): eyJ…',
  'Invalid token!',
  'Token expired',
  'Expired JWT token',
  'malformed token',
  'The token was not found: it is expired',
  'The code does not exist',
];

const otherThings: readonly string[] = [
  '',
  'tenantId is required',
  'Invalid tenant',
  'Invalid request: userName and tenantId are required to refresh a token',
  'refreshToken must not be null',
  'Missing refresh token parameter',
  'Required request parameter token is missing',
  'Refresh token is required',
  'refresh_token: must not be blank',
  'Bad Request',
  'Bad credentials',
  'Invalid country code',
  'Unexpected token < in JSON at position 0',
  'Unauthorized',
  'User is disabled',
  "JSON parse error: Unrecognized token 'refreshToken': was expecting (JSON String, Number, Array)",
  'Refresh token grant is not active for this client',
  'The client is disabled',
  'Account is locked',
  'invalid_client',
  'Client authentication failed',
  'unsupported_grant_type',
  'Invalid grant type',
  'invalid_token_type',
  'invalid_request',
  'Token service unavailable',
  'The token could not be verified: service unavailable',
  'Rate limit exceeded: too many invalid token requests',
  'Temporarily unable to check whether the token is expired',
  'Invalid access token',
  'The access token is invalid or has expired',
  'access_token_expired',
  'Invalid CSRF token',
  'Invalid token endpoint',
  'token is not expired',
  'Certificate expired',
  '/v1/iam/auth/app/getrefreshtoken',
];

describe('text that calls the refresh token bad', () => {
  it.each(dead)('is recognized: %s', (text) => {
    expect(callsTokenBad(text)).toBe(true);
  });

  it.each(otherThings)('is not seen in what is about something else: %s', (text) => {
    expect(callsTokenBad(text)).toBe(false);
  });

  it('is looked for in bounded time, whatever comes', () => {
    const before = threadCpuUsage();
    for (const part of ['invalid ', 'token ', 'the refresh ', 'not ', 'is 1 ', 'aA', '\u{1F600}'])
      callsTokenBad(part.repeat(100_000));
    // Of CPU: the machine may do other things meanwhile.
    const { user, system } = threadCpuUsage(before);
    expect(user + system).toBeLessThan(5_000_000);
  });
});
