import { answer, pair, sent, type AnswerRow, type Told } from './answer-row.js';
import { brokenAnswers } from './broken-answers.js';
import { html, oddAnswers } from './odd-answers.js';

const dontKnow: Told = 'passing unreadable?';
const rateLimited = { grant: 'passing rate_limited', validate: 'passing rate_limited' } as const;
const serverError = { grant: 'passing server_error?', validate: 'passing server_error?' } as const;
const badRequest = { grant: 'our_fault bad_request', validate: dontKnow } as const;
const clientRefused: Told = 'our_fault client_refused';
const bothV2Refused = { 'exchange v2': clientRefused, 'refresh v2': clientRefused } as const;

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
    comes: '200 `{"status":"error","message":"Invalid token!"}`',
    farSide: answer(200, { status: 'error', message: 'Invalid token!' }),
    grant: 'refused',
    validate: 'valid',
  },
  {
    comes: '200 `{"status":"error","code":401}`',
    farSide: answer(200, { status: 'error', code: 401, message: 'no' }),
    grant: 'refused',
    but: bothV2Refused,
    validate: 'valid',
  },
  {
    comes: '200 `{"httpStatus":"UNAUTHORIZED"}`',
    farSide: answer(200, { code: 1_001, errorMessage: 'no', httpStatus: 'UNAUTHORIZED' }),
    grant: 'refused',
    but: bothV2Refused,
    validate: 'valid',
  },
  {
    comes: '200 `{"error":"invalid_client"}`',
    farSide: answer(200, { error: 'invalid_client' }),
    grant: clientRefused,
    but: { 'refresh v1': 'our_fault bad_request' },
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
    grant: clientRefused,
    but: { 'refresh v1': 'our_fault bad_request' },
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
    grant: clientRefused,
    but: { 'refresh v1': 'refused' },
    validate: 'invalid',
  },
  {
    comes: '401 `invalid_client`',
    farSide: answer(401, { error: 'invalid_client' }),
    grant: clientRefused,
    but: { 'refresh v1': 'refused' },
    validate: 'invalid',
  },
  {
    comes: '401, empty, with `WWW-Authenticate: Basic`',
    farSide: answer(401, '', 'www-authenticate: Basic realm="oauth2/client"'),
    grant: clientRefused,
    but: { 'refresh v1': 'refused' },
    validate: 'invalid',
  },
  {
    comes: '401 with JSON that names no token',
    farSide: answer(401, { message: 'who are you' }),
    grant: 'refused',
    but: bothV2Refused,
    validate: 'invalid',
  },
  {
    comes: '401 with HTML',
    farSide: answer(401, html),
    grant: 'refused',
    but: bothV2Refused,
    validate: 'invalid',
  },
  { comes: '401, empty', farSide: answer(401), grant: 'refused', but: bothV2Refused, validate: 'invalid' },
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
    grant: 'refused' as const,
    but: { 'exchange v2': dontKnow, 'refresh v2': dontKnow },
    validate: dontKnow,
  })),
  {
    comes: '403 with HTML',
    farSide: answer(403, html, 'content-type: text/html'),
    grant: dontKnow,
    validate: dontKnow,
  },
  { comes: '404 with HTML', farSide: answer(404, html), ...badRequest },
  { comes: '404 `invalid_grant`', farSide: answer(404, { error: 'invalid_grant' }), ...badRequest },
  ...[405, 406, 410, 411, 413, 414, 415, 417, 421, 422, 426, 431].map((status) => ({
    comes: String(status),
    farSide: answer(status),
    ...badRequest,
  })),
  ...[402, 408, 409, 418, 423, 425, 451, 499].map((status) => ({
    comes: String(status),
    farSide: answer(status),
    grant: dontKnow,
    validate: dontKnow,
  })),
];

/** Later, please. */
const overload: readonly AnswerRow[] = [
  { comes: '429', farSide: answer(429), ...rateLimited },
  {
    comes: '429 `invalid_grant`, with `Retry-After: 7`',
    farSide: answer(429, { error: 'invalid_grant' }, 'retry-after: 7'),
    retryAfterSeconds: 7,
    ...rateLimited,
  },
  {
    comes: '429 with `Retry-After: 0`',
    farSide: answer(429, '', 'retry-after: 0'),
    retryAfterSeconds: 0,
    ...rateLimited,
  },
  {
    comes: '429 with `Retry-After` as a date 90 s after its `Date`',
    farSide: answer(
      429,
      '',
      'date: Thu, 05 Jun 2025 10:00:00 GMT',
      'retry-after: Thu, 05 Jun 2025 10:01:30 GMT',
    ),
    retryAfterSeconds: 90,
    ...rateLimited,
  },
  {
    comes: '429 with `Retry-After: 99999999999999999999`',
    farSide: answer(429, '', 'retry-after: 99999999999999999999'),
    retryAfterSeconds: 86_400,
    ...rateLimited,
  },
  ...['-3', 'soon', '1.5', ''].map((value) => ({
    comes: `429 with \`Retry-After: ${value}\``,
    farSide: answer(429, '', `retry-after: ${value}`),
    ...rateLimited,
  })),
  { comes: '500 `invalid_grant`', farSide: answer(500, { error: 'invalid_grant' }), ...serverError },
  { comes: '500 with a pair', farSide: pair({}, 500), ...serverError },
  ...[500, 501, 502, 503, 504, 520, 599].map((status) => ({
    comes: `${String(status)} with HTML`,
    farSide: answer(status, html),
    ...serverError,
  })),
  ...[502, 503, 504].map((status) => ({
    comes: `${String(status)} with \`Retry-After: 7\``,
    farSide: answer(status, '', 'retry-after: 7'),
    retryAfterSeconds: 7,
    ...serverError,
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
