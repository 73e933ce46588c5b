import { answer, pair, sent, type AnswerRow, type Told } from './answer-row.js';
import { brokenAnswers } from './broken-answers.js';
import { html, oddAnswers } from './odd-answers.js';
import { overload } from './overload-answers.js';

const dontKnow: Told = 'passing unreadable?';
const badRequest = { grant: 'our_fault bad_request', validate: dontKnow } as const;
const clientRefused: Told = 'our_fault client_refused';
/** A refresh's owner may be meant: another call has to bear it out. */
const clientWords = {
  grant: clientRefused,
  but: { 'refresh v1': 'declined', 'refresh v2': 'our_fault client_doubted' },
} as const;
const clientWordsAt400 = {
  ...clientWords,
  but: { ...clientWords.but, 'refresh v1': 'our_fault bad_request' },
} as const;
/** A page says nothing of a code. */
const page = {
  grant: 'declined',
  but: { 'exchange v1': dontKnow, 'exchange v2': dontKnow },
  validate: dontKnow,
} as const;

const named = (text: string): object => ({ error_description: `${text}: ${sent.refreshToken} ${sent.code}` });

/** Deskera's word on the request, in every envelope that is known of it. */
const words: readonly AnswerRow[] = [
  { comes: '200 with a readable pair', farSide: pair(), grant: 'granted', validate: 'valid' },
  { comes: '201 with a readable pair', farSide: pair({}, 201), grant: 'granted', validate: dontKnow },
  {
    comes: '200 `{"error":"invalid_grant"}`',
    farSide: answer(200, { error: 'invalid_grant' }),
    grant: 'refused',
    validate: 'valid',
  },
  {
    comes: '200 `{"error":"bad_refresh_token"}`',
    farSide: answer(200, { error: 'bad_refresh_token' }),
    grant: 'refused',
    validate: 'valid',
  },
  {
    comes: '200 `{"error":"a new kind of error"}`',
    farSide: answer(200, { error: 'a new kind of error' }),
    grant: 'declined',
    validate: 'valid',
  },
  {
    comes: '200 `{"status":"error","message":"Invalid token!"}`',
    farSide: answer(200, { status: 'error', message: 'Invalid token!' }),
    grant: 'refused',
    validate: 'valid',
  },
  {
    comes: '200 `{"status":"error","code":401}`',
    farSide: answer(200, { status: 'error', code: 401, message: 'no' }),
    grant: 'declined',
    validate: 'valid',
  },
  {
    comes: '200 `{"httpStatus":"UNAUTHORIZED"}`',
    farSide: answer(200, { code: 1_001, errorMessage: 'no', httpStatus: 'UNAUTHORIZED' }),
    grant: 'declined',
    validate: 'valid',
  },
  {
    comes: '200 `{"error":"invalid_client"}`',
    farSide: answer(200, { error: 'invalid_client' }),
    ...clientWordsAt400,
    validate: 'valid',
  },
  {
    comes: '200 `{"httpStatus":429}`',
    farSide: answer(200, { httpStatus: 429 }),
    grant: 'passing rate_limited',
    validate: 'valid',
  },
  {
    comes: '200 `{"httpStatus":"INTERNAL_SERVER_ERROR"}`',
    farSide: answer(200, { httpStatus: 'INTERNAL_SERVER_ERROR' }),
    grant: 'passing server_error?',
    validate: 'valid',
  },
  {
    comes: '200 `{"error":"server_error"}`',
    farSide: answer(200, { error: 'server_error' }),
    grant: 'passing server_error?',
    validate: 'valid',
  },
  {
    comes: '400 `invalid_grant`',
    farSide: answer(400, { error: 'invalid_grant', ...named('Invalid refresh token') }),
    grant: 'refused',
    validate: dontKnow,
  },
  {
    comes: '400 in another envelope, naming the token or code',
    farSide: answer(400, { errorMessage: `Invalid refresh token: ${sent.refreshToken}` }),
    grant: 'refused',
    validate: dontKnow,
  },
  ...[
    { error: { code: 400, message: 'INVALID_REFRESH_TOKEN' } },
    { code: 'TOKEN_EXPIRED' },
    { errors: [{ code: 'invalid_grant' }] },
    { errorMessage: 'RefreshTokenExpired' },
    { error: { error: { code: 'refresh-token-revoked' } } },
  ].map((body) => ({
    comes: `400 \`${JSON.stringify(body)}\``,
    farSide: answer(400, body),
    grant: 'refused' as const,
    validate: dontKnow,
  })),
  {
    comes: '400 `invalid_request`',
    farSide: answer(400, { error: 'invalid_request', ...named('Missing parameter') }),
    ...badRequest,
  },
  {
    comes: '400 `unsupported_grant_type`',
    farSide: answer(400, { error: 'unsupported_grant_type' }),
    ...badRequest,
  },
  {
    comes: '400 with JSON that names no token',
    farSide: answer(400, { message: 'tenantId is required' }),
    ...badRequest,
  },
  { comes: '400 with HTML', farSide: answer(400, html), ...badRequest },
  { comes: '400, empty', farSide: answer(400), ...badRequest },
  {
    comes: '400 `invalid_client`',
    farSide: answer(400, { error: 'invalid_client' }),
    ...clientWordsAt400,
    validate: dontKnow,
  },
  {
    comes: '401 `invalid_token`',
    farSide: answer(401, { error: 'invalid_token', ...named('Invalid refresh token (expired)') }),
    grant: 'refused',
    validate: 'invalid',
  },
  {
    comes: '401 in another envelope, naming the token or code',
    farSide: answer(401, { status: 'error', code: 401, message: `Invalid refresh token: ${sent.code}` }),
    grant: 'refused',
    validate: 'invalid',
  },
  {
    comes: '401 `Unauthorized`, naming the token or code',
    farSide: answer(401, { status: 401, error: 'Unauthorized', message: 'Refresh token is expired' }),
    grant: 'refused',
    validate: 'invalid',
  },
  {
    comes: '401 `unauthorized` "Bad credentials"',
    farSide: answer(401, { error: 'unauthorized', error_description: 'Bad credentials' }),
    ...clientWords,
    validate: 'invalid',
  },
  {
    comes: '401 `invalid_client`',
    farSide: answer(401, { error: 'invalid_client' }),
    ...clientWords,
    validate: 'invalid',
  },
  {
    comes: '401, empty, with `WWW-Authenticate: Basic`',
    farSide: answer(401, '', 'www-authenticate: Basic realm="oauth2/client"'),
    grant: 'declined',
    validate: dontKnow,
  },
  {
    comes: '401 `unauthorized` "User is disabled"',
    farSide: answer(401, { error: 'unauthorized', error_description: 'User is disabled' }),
    grant: 'declined',
    validate: 'invalid',
  },
  {
    comes: '401 with JSON that names no token',
    farSide: answer(401, { message: 'who are you' }),
    grant: 'declined',
    validate: 'invalid',
  },
  {
    comes: '401 `invalid_token` that names an access token',
    farSide: answer(401, { error: 'invalid_token', error_description: 'The access token is invalid' }),
    grant: 'declined',
    validate: 'invalid',
  },
  {
    comes: '401, empty, with `WWW-Authenticate: Bearer error="invalid_token"`',
    farSide: answer(
      401,
      '',
      `www-authenticate: Bearer error="invalid_token", error_description="${sent.code}"`,
    ),
    grant: 'refused',
    but: { 'refresh v1': 'declined', 'refresh v2': 'declined' },
    validate: 'invalid',
  },
  { comes: '401 with HTML', farSide: answer(401, html), ...page },
  {
    comes: '401 with HTML around `{"error":"invalid_token"}`',
    farSide: answer(401, JSON.stringify({ error: 'invalid_token' }), 'content-type: text/html'),
    grant: 'refused',
    but: { 'refresh v1': 'declined', 'refresh v2': 'declined' },
    validate: dontKnow,
  },
  {
    comes: '401 with HTML and `WWW-Authenticate: Basic`',
    farSide: answer(401, html, 'www-authenticate: Basic realm="gateway"'),
    ...page,
  },
  {
    comes: '401 with JSON and `WWW-Authenticate: Negotiate`',
    farSide: answer(401, { message: 'Unauthorized' }, 'www-authenticate: Negotiate'),
    grant: 'declined',
    validate: dontKnow,
  },
  {
    comes: '401 `invalid_token` with `WWW-Authenticate: Basic`',
    farSide: answer(401, { error: 'invalid_token' }, 'www-authenticate: Basic realm="gateway"'),
    grant: 'refused',
    but: { 'refresh v1': 'declined', 'refresh v2': 'declined' },
    validate: dontKnow,
  },
  { comes: '401, empty', farSide: answer(401), grant: 'declined', validate: 'invalid' },
  {
    comes: '403 `invalid_grant`',
    farSide: answer(403, { error: 'invalid_grant' }),
    grant: 'refused',
    validate: dontKnow,
  },
  ...[
    { comes: '403 with JSON', farSide: answer(403, { status: 403, error: 'Forbidden' }) },
    { comes: '403, empty', farSide: answer(403) },
  ].map((row) => ({
    ...row,
    grant: 'declined' as const,
    validate: dontKnow,
  })),
  {
    comes: '403 with HTML',
    farSide: answer(403, html, 'content-type: text/html'),
    ...page,
  },
  { comes: '404 with HTML', farSide: answer(404, html), ...badRequest },
  ...[404, 410, 422].map((status) => ({
    comes: `${String(status)} that calls the refresh token not found`,
    farSide: answer(status, { message: 'Refresh token not found' }),
    grant: 'refused' as const,
    validate: dontKnow,
  })),
  ...[405, 406, 410, 411, 413, 414, 415, 417, 421, 422, 426, 431].map((status) => ({
    comes: String(status),
    farSide: answer(status),
    ...badRequest,
  })),
  ...[402, 409, 418, 423, 451].map((status) => ({
    comes: String(status),
    farSide: answer(status),
    grant: 'declined' as const,
    validate: dontKnow,
  })),
  ...[408, 425, 499].map((status) => ({
    comes: String(status),
    farSide: answer(status),
    grant: dontKnow,
    validate: dontKnow,
  })),
];

/**
 * Every answer that Deskera, what stands before it and the network can give, and what the client makes of it. Each row is
 * driven over a real socket by `internal/answers.spec.ts`, and told to people in `docs/deskera-answers.md`.
 */
export const answerTable: readonly { readonly title: string; readonly rows: readonly AnswerRow[] }[] = [
  { title: "Deskera's word", rows: words },
  { title: "Too much, or trouble of Deskera's", rows: overload },
  { title: 'Whole, but odd', rows: oddAnswers },
  { title: 'Not whole, or none', rows: brokenAnswers },
];
