import { STATUS_CODES } from 'node:http';
import { isRecord } from './untrusted.js';

/** What an error answer's body says, as far as anything is decided by it. Never holds text of Deskera's. */
export interface ErrorBody {
  /** The `error` of the answer where it is one that is known; else null. */
  readonly word: ErrorWord | null;
  /** The status that an envelope names inside, 400 to 599. */
  readonly status: number | null;
  /** Its text calls the token, or the code, bad. */
  readonly namesTheToken: boolean;
}

/** RFC 6749 section 5.2, RFC 6750 section 3.1, and Spring's own `unauthorized` ("Bad credentials"). */
const knownWords = [
  'invalid_grant',
  'invalid_token',
  'invalid_client',
  'unauthorized_client',
  'unauthorized',
  'invalid_request',
  'invalid_scope',
  'unsupported_grant_type',
  'access_denied',
  'insufficient_scope',
  'server_error',
  'temporarily_unavailable',
] as const;

export type ErrorWord = (typeof knownWords)[number];

const noErrorBody: ErrorBody = { word: null, status: null, namesTheToken: false };

/** Deskera has several envelopes, and gateways have their own: whatever is not understood counts as not said. */
export function readErrorBody(body: unknown): ErrorBody {
  if (!isRecord(body)) return noErrorBody;
  return {
    word: knownWord(body['error']) ?? knownWord(body['code']),
    status: statusIn(body['httpStatus']) ?? statusIn(body['status']) ?? statusIn(body['code']),
    namesTheToken: textFields.some((field) => saysTokenIsBad(body[field])),
  };
}

const textFields = ['error_description', 'errorMessage', 'message', 'debugMessage', 'error'];

const badToken = [
  /\b(?:invalid|expired|revoked|unknown|malformed)\s+(?:(?:deskera|jwt|refresh|access|authori[sz]ation|auth)[\s_-]*)*(?:token|code)\b/i,
  /\b(?:refresh[\s_-]?|access[\s_-]?)?(?:token|code)\s+(?:is|was|has|does)\b[^.;,:]{0,20}\b(?:invalid|expired|revoked|not valid|not found|no longer valid|not exist|blacklisted)\b/i,
  /\btoken\s+(?:expired|revoked|not found|invalid)\b/i,
];

function saysTokenIsBad(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const beginning = text.slice(0, 500);
  return badToken.some((pattern) => pattern.test(beginning));
}

function knownWord(value: unknown): ErrorWord | null {
  if (typeof value !== 'string') return null;
  const text = value.toLowerCase();
  return knownWords.find((word) => word === text) ?? null;
}

/** A number, its digits, or the name that Spring gives it (`UNAUTHORIZED`). */
function statusIn(value: unknown): number | null {
  const number = typeof value === 'string' ? (statusByName.get(value) ?? Number(value)) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 400 && number <= 599
    ? number
    : null;
}

const statusByName = new Map(
  Object.entries(STATUS_CODES).map(([status, name]) => [
    (name ?? '').toUpperCase().replaceAll(/[^A-Z]+/g, '_'),
    Number(status),
  ]),
);
