import { describe, expect, it } from '@jest/globals';
import { readErrorBody } from './error-body.js';

describe('an error body', () => {
  it.each([
    { body: { error: 'invalid_grant' }, word: 'invalid_grant', status: null },
    { body: { error: 'Unauthorized', status: 401, path: '/oauth/token' }, word: 'unauthorized', status: 401 },
    { body: { code: 'invalid_token' }, word: 'invalid_token', status: null },
    { body: { error: 'something_else' }, word: null, status: null },
    { body: { error: { code: 5 } }, word: null, status: null },
    { body: { httpStatus: 'UNAUTHORIZED', code: 1_001 }, word: null, status: 401 },
    { body: { httpStatus: 403 }, word: null, status: 403 },
    { body: { httpStatus: 'INTERNAL_SERVER_ERROR' }, word: null, status: 500 },
    { body: { status: 'error', code: 401, message: 'x' }, word: null, status: 401 },
    { body: { status: 'error', code: '500' }, word: null, status: 500 },
    { body: { status: 200 }, word: null, status: null },
    { body: { status: 'ok', code: 'OK' }, word: null, status: null },
    { body: [], word: null, status: null },
    { body: 'invalid_grant', word: null, status: null },
    { body: null, word: null, status: null },
  ])('$body says $word, $status', ({ body, word, status }) => {
    expect(readErrorBody(body)).toMatchObject({ word, status });
  });

  it.each([
    'Invalid authorization code: Ag78aIu',
    'Invalid refresh token: eyJ…',
    'Invalid refresh token (expired): eyJ…',
    'Invalid token!',
    'Refresh token is invalid',
    'refreshToken has been revoked',
    'The token was not found: it is expired',
    'Token expired',
    'Expired JWT token',
    'The code does not exist',
  ])('names the token: %s', (message) => {
    expect(readErrorBody({ message }).namesTheToken).toBe(true);
    expect(readErrorBody({ error_description: message }).namesTheToken).toBe(true);
  });

  it.each([
    '',
    'tenantId is required',
    'Invalid request: userName and tenantId are required to refresh a token',
    'refreshToken must not be null',
    'Required request parameter token is missing',
    'Bad Request',
    'Invalid country code',
    'Unexpected token < in JSON at position 0',
    7,
  ])('does not name the token: %s', (message) => {
    expect(readErrorBody({ errorMessage: message }).namesTheToken).toBe(false);
  });
});
