import { failureKinds, type FailureCode } from '#kernel';
import { connectionStatus, reconnectReason } from '../shapes/connection-schema.js';
import { partHealth } from '../shapes/part-health-schema.js';
import { listOf, named, objectOf, oneOf, orNull, text, time, wholeNumber, type Schema } from './schemas.js';

interface Extension {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  readonly example: Readonly<Record<string, unknown>>;
}

/** Members that a problem has beside those of RFC 9457 and its code. */
export const problemExtensions: Partial<Record<FailureCode, Extension>> = {
  invalid_request: {
    properties: {
      errors: listOf(
        objectOf<{ field: string; problem: string }>({
          field: text('Its name; a value is never repeated.'),
          problem: text('What is wrong with it.'),
        }),
        { description: 'What is wrong where, as far as single members or parameters are.' },
      ),
    },
    required: [],
    example: { errors: [{ field: 'org', problem: 'must have 1 to 200 characters' }] },
  },
  reconnect_required: {
    properties: {
      reason: reconnectReason,
      since: time('Since when that is known.'),
    },
    required: ['reason', 'since'],
    example: { reason: 'grant_revoked', since: '2026-11-23T11:00:00.000Z' },
  },
  org_ambiguous: {
    properties: {
      orgs: listOf(
        objectOf<{ id: string; name: string; status: string }>({
          id: orNull(text('What to send as `org`.')),
          name: orNull(text('Its name at Deskera.')),
          status: connectionStatus,
        }),
        { description: 'Those that the tenant has.' },
      ),
    },
    required: ['orgs'],
    example: {
      orgs: [
        { id: '11242', name: 'Singapore Org', status: 'connected' },
        { id: '11243', name: 'Jakarta Org', status: 'reconnect_required' },
      ],
    },
  },
  broker_unavailable: {
    properties: {
      standing: oneOf(['starting', 'stopping'], 'Of `/health/ready` alone: how far the replica is.'),
      parts: listOf(partHealth, { description: 'Of `/health/ready` alone.' }),
    },
    required: [],
    example: {},
  },
};

/** What every problem has. */
const problem = named('Problem', {
  type: 'object',
  description: 'An RFC 9457 problem. Programs branch on `code`, which is never renamed.',
  properties: {
    type: text('The page that says what the code means and what to do.', { format: 'uri' }),
    title: text('What the code means, in short.'),
    status: wholeNumber('As in the status line.', { minimum: 400, maximum: 599 }),
    detail: text('What went wrong this time, for people.'),
    code: named('FailureCode', oneOf(Object.keys(failureKinds), 'All codes; see `/docs/errors`.')),
  },
  required: ['type', 'title', 'status', 'detail', 'code'],
});

/** A problem with one of these codes and nothing but what they bring along. */
export function problemSchema(status: number, codes: readonly FailureCode[]): Schema {
  const rules = codes.flatMap((code) => {
    const extension = problemExtensions[code];
    if (extension === undefined) return [];
    const { properties, required } = extension;
    return [
      {
        if: { properties: { code: { const: code } }, required: ['code'] },
        then: { properties, ...(required.length > 0 && { required }) },
      },
    ];
  });
  return {
    allOf: [problem, ...rules],
    properties: { status: { const: status }, code: { enum: codes } },
    unevaluatedProperties: false,
  };
}
