import type { Attention, Degraded, RejectionOutcome } from '#tokens';
import { entityTag, expiresAtHeader, verifiedAtHeader } from '../openapi/answer-headers.js';
import { json, jsonBody, queryOf } from '../openapi/contents.js';
import type { Operations } from '../openapi/operation.js';
import {
  named,
  objectOf,
  orNull,
  text,
  time,
  wholeNumber,
  wordOf,
  type SchemasOf,
} from '../openapi/schemas.js';
import { apiVersion, connectionIdMember, org, orgId } from '../shapes/connection-schema.js';
import type { DeskeraTokenAnswer } from './deskera-token-answer.js';
import { defaultMinTtlSeconds, longestSeconds, type DeskeraTokenQuery } from './deskera-token-query.js';
import type { RejectionBody } from './rejection-body.js';
import type { RejectionAnswerBody } from './rejections.controller.js';

const fingerprint = text('The first 16 hex digits of the SHA-256 of the token.', {
  pattern: '^[0-9a-f]{16}$',
});

const members: SchemasOf<DeskeraTokenAnswer> = {
  tenantId: text('Whose it is.'),
  connectionId: connectionIdMember,
  org,
  deskeraToken: text('To be sent to Deskera in the header `x-access-token`.'),
  fingerprint,
  expiresAt: orNull(
    time('When it expires; null where unknown. May be sooner than `minTtlSeconds` asked for.'),
  ),
  verifiedAt: time('When the question was sent that Deskera last answered well.'),
  apiUrl: text('Where Deskera’s API takes it.', { format: 'uri' }),
  apiVersion,
  degraded: orNull(
    wordOf<Degraded>('What this answer needed and did not get.', {
      deskera_unavailable: 'Deskera could not be asked',
      client_refused: 'Deskera refuses our client',
      database_unavailable: 'the database is away',
      check_limited: 'it was checked too often just now',
    }),
  ),
  attention: orNull(
    wordOf<Attention>('What somebody should see to.', {
      cannot_be_refreshed: 'good until it expires, then the tenant has to connect again',
    }),
  ),
};

const example: DeskeraTokenAnswer = {
  tenantId: 'acme',
  connectionId: '3f0f3b8e-6a9e-4d2b-9d5c-111111111111',
  org: { id: '11242', name: 'Singapore Org' },
  deskeraToken: 'eyJhbGciOiJSUzI1NiJ9.…',
  fingerprint: 'a2b4c6d8e0f01234',
  expiresAt: '2026-11-23T12:00:00.000Z',
  verifiedAt: '2026-11-23T11:00:00.000Z',
  apiUrl: 'https://bifrost.deskera.com',
  apiVersion: 'v1',
  degraded: null,
  attention: null,
};

const rejectionExample: RejectionAnswerBody = { ...example, outcome: 'refreshed' };

const seconds = { minimum: 0, maximum: longestSeconds };

const failures = [
  'not_connected',
  'org_not_connected',
  'reconnect_required',
  'org_ambiguous',
  'deskera_unavailable',
  'deskera_client_refused',
] as const;

export const deskeraTokenOperations: Operations = {
  'GET /v1/tenants/{tenantId}/deskera-token': {
    id: 'getDeskeraToken',
    tag: 'Tokens',
    summary: 'A token that is valid now',
    description:
      'Refreshed or checked first where that is needed: one call to Deskera however many callers wait. Read it anew for each use; the broker answers from memory.',
    needs: 'tokens:read',
    query: queryOf<DeskeraTokenQuery>({
      org: orgId,
      minTtlSeconds: wholeNumber('How much life it should have left.', {
        ...seconds,
        default: defaultMinTtlSeconds,
      }),
      maxVerifiedAgeSeconds: wholeNumber(
        'How long ago Deskera may have vouched for it at most; 0 asks now.',
        seconds,
      ),
    }),
    headers: {
      'If-None-Match': {
        description: 'The `ETag` of the token that the caller has.',
        schema: { type: 'string', examples: ['W/"a2b4c6d8e0f01234"'] },
      },
    },
    answers: {
      200: {
        description: 'It.',
        headers: { ETag: entityTag },
        content: json(named('DeskeraToken', objectOf<DeskeraTokenAnswer>(members)), example),
      },
      304: {
        description: 'The caller has it already. Never while `degraded`.',
        headers: { ETag: entityTag, 'x-verified-at': verifiedAtHeader, 'x-expires-at': expiresAtHeader },
      },
    },
    failures,
  },
  'POST /v1/tenants/{tenantId}/deskera-token/rejections': {
    id: 'reportRejection',
    tag: 'Tokens',
    summary: 'Report a token that Deskera refused with 401',
    description:
      'However many callers report the same token, Deskera sees at most one check and one refresh. What it calls invalid is served by no replica again.',
    needs: 'tokens:read',
    body: jsonBody(
      named('RejectionRequest', objectOf<RejectionBody>({ fingerprint, org: orNull(orgId) }, 'org')),
      { fingerprint: 'a2b4c6d8e0f01234' },
    ),
    answers: {
      200: {
        description: 'A token to go on with.',
        content: json(
          named(
            'RejectionAnswer',
            objectOf<RejectionAnswerBody>({
              ...members,
              outcome: wordOf<RejectionOutcome>('What came of the report.', {
                replaced: 'it was an old one already, or is not known',
                still_valid: 'Deskera says it is good: the 401 was about something else',
                refreshed: 'Deskera refuses it, and this is another one',
              }),
            }),
          ),
          rejectionExample,
        ),
      },
    },
    failures,
  },
};
