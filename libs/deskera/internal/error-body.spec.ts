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
    { body: 'invalid_grant', word: 'invalid_grant', status: null },
    { body: 'invalid_client', word: null, status: null },
    { body: { error: 'INVALID_GRANT' }, word: 'invalid_grant', status: null },
    { body: { error: { code: 'invalid-grant', status: 400 } }, word: 'invalid_grant', status: 400 },
    { body: { errors: [{ code: 'invalid_grant' }] }, word: 'invalid_grant', status: null },
    { body: [{ errorCode: 'InvalidClient', statusCode: '401' }], word: 'invalid_client', status: 401 },
    { body: null, word: null, status: null },
  ])('$body says $word, $status', ({ body, word, status }) => {
    expect(readErrorBody(JSON.stringify(body))).toMatchObject({ word, status });
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
    expect(readErrorBody(JSON.stringify({ message })).namesTheToken).toBe(true);
    expect(readErrorBody(JSON.stringify({ error_description: message })).namesTheToken).toBe(true);
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
    expect(readErrorBody(JSON.stringify({ errorMessage: message })).namesTheToken).toBe(false);
  });

  it.each([
    { error: { code: 400, message: 'INVALID_REFRESH_TOKEN' } },
    { error: { error: { code: 'TOKEN_EXPIRED' } } },
    { errors: [{ code: 'invalid_grant' }] },
    { errors: [{ extensions: { code: 'refresh_token_revoked' } }] },
    [{ message: 'Refresh token not found' }],
    { message: '{"error":"invalid_grant"}' },
    { data: { payload: { reason: 'JWT expired at 2026-11-23T12:00:00Z' } } },
    { code: 1_001, errorMessage: 'RefreshTokenExpired', httpStatus: 'BAD_REQUEST' },
  ])('names the token in any envelope: %j', (body) => {
    expect(readErrorBody(JSON.stringify(body)).namesTheToken).toBe(true);
  });

  it.each([
    ['invalid_grant', 'invalid_grant'],
    ['INVALID_GRANT\n', 'invalid_grant'],
    ['error=invalid_grant&error_description=Bad+token', 'invalid_grant'],
    ['error_description=x&error=Invalid-Grant', 'invalid_grant'],
    ['unauthorized', null],
    ['error=unauthorized', null],
    ['invalid_grant could not be checked', null],
    ['<error>invalid_grant</error>', null],
  ])('in plain text says invalid_grant or no word: %j', (text, word) => {
    expect(readErrorBody(text).word).toBe(word);
  });

  it('names the token in plain text only where that names what was sent', () => {
    expect(readErrorBody('Invalid refresh token').namesTheToken).toBe(true);
    expect(readErrorBody('Jwt is expired').namesTheToken).toBe(false);
    expect(readErrorBody('<html>Invalid refresh token</html>').namesTheToken).toBe(false);
  });

  it('names the token in a Bearer challenge alone', () => {
    const challenge = 'Bearer realm="deskera", error="invalid_token", error_description="expired"';
    expect(readErrorBody('', challenge)).toMatchObject({ word: 'invalid_token' });
    expect(readErrorBody('', 'Bearer realm="api"')).toMatchObject({ word: null, namesTheToken: false });
  });

  it('does not name the token where it is about an access token, which was not sent', () => {
    const body = { error: 'invalid_token', error_description: 'The access token is invalid or has expired' };
    expect(readErrorBody(JSON.stringify(body)).namesTheToken).toBe(false);
  });

  it.each(['Bad credentials', 'Bad client credentials', 'Invalid client', 'Client authentication failed'])(
    'names the client: %s',
    (text) => {
      const body = { error: 'unauthorized', error_description: text };
      expect(readErrorBody(JSON.stringify(body)).namesTheClient).toBe(true);
    },
  );

  it('does not name the client where a user is refused', () => {
    const body = { error: 'unauthorized', error_description: 'User is disabled' };
    expect(readErrorBody(JSON.stringify(body))).toMatchObject({
      namesTheClient: false,
      namesTheToken: false,
    });
  });

  it.each([
    { error: 'a new kind' },
    { errors: [{}] },
    { success: false },
    { status: 'FAILED' },
    { errorMessage: 'no' },
  ])('calls itself an error: %j', (body) => {
    expect(readErrorBody(JSON.stringify(body)).isError).toBe(true);
  });

  it.each([{}, { error: null }, { error: '' }, { errors: [] }, { status: 'ok' }, []])(
    'is no error: %j',
    (body) => {
      expect(readErrorBody(JSON.stringify(body)).isError).toBe(false);
    },
  );

  it('is read in bounded time', () => {
    const deep = `${'{"error":'.repeat(5_000)}"x"${'}'.repeat(5_000)}`;
    const wide = JSON.stringify(Array.from({ length: 20_000 }, () => ({ message: 'x'.repeat(10) })));
    expect(readErrorBody(deep).namesTheToken).toBe(false);
    expect(readErrorBody(wide).namesTheToken).toBe(false);
  });
});

describe('an answer under 200 that calls itself an error', () => {
  it.each([
    { success: 'false' },
    { ok: false },
    { isSuccess: false },
    { Error: 'x' },
    { error_code: 'E17' },
    { data: { error: 'AUTH-17' } },
    { response: { status: 'failure' } },
    { result: 'ERROR' },
    { meta: { code: 401 } },
    { errors: { refreshToken: ['is invalid'] } },
  ])('is one: %j', (body) => {
    expect(readErrorBody(JSON.stringify(body)).isError).toBe(true);
  });

  it.each([
    { status: 'ok' },
    { success: true },
    { data: { code: 200 } },
    { result: { items: [] } },
    { error: '' },
  ])('is none: %j', (body) => {
    expect(readErrorBody(JSON.stringify(body)).isError).toBe(false);
  });
});
