import { STATUS_CODES } from 'node:http';
import { callsTokenBad, clausesOf } from './token-words.js';
import { isRecord, parseJson } from './untrusted.js';

/** What an error answer's body says, as far as anything is decided by it. Never holds text of Deskera's. */
export interface ErrorBody {
  /** The first word of the answer that OAuth or Spring defines; null: none. */
  readonly word: ErrorWord | null;
  /** The status that an envelope names inside, 400 to 599. */
  readonly status: number | null;
  /** Its text calls the token, or the code, bad. */
  readonly namesTheToken: boolean;
  /** Its text is about an access token, which no exchange and no refresh sends. */
  readonly namesOther: boolean;
  /** Its text calls our client's credentials bad. */
  readonly namesTheClient: boolean;
  /** It calls itself an error, whatever its status. */
  readonly isError: boolean;
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

const noErrorBody: ErrorBody = {
  word: null,
  status: null,
  namesTheToken: false,
  namesOther: false,
  namesTheClient: false,
  isError: false,
};

/**
 * Deskera has several envelopes, and gateways have their own: whatever is not understood counts as not said.
 * @param text the whole body
 * @param challenge parameters of a `WWW-Authenticate: Bearer`, which may hold an error of RFC 6750
 */
export function readErrorBody(text: string, challenge: string | null = null): ErrorBody {
  const body = parseJson(text);
  if (!isRecord(body) && !Array.isArray(body) && challenge === null) return plainBody(text);
  const texts = [...textsIn(body), ...(challenge === null ? [] : [challenge])];
  const namesOther = texts.some(namesAccessToken) && !texts.some(namesRefreshToken);
  return {
    word: wordIn(texts, challenge),
    status: statusOf(body),
    namesTheToken: texts.some(callsTokenBad) && !namesOther,
    namesOther,
    namesTheClient: texts.some(callsClientBad),
    isError: isRecord(body) && saysError(body),
  };
}

/** Any gateway may write text without an envelope. It counts only if it names the refresh token, or is `invalid_grant`. */
function plainBody(text: string): ErrorBody {
  if (text.trimStart().startsWith('<')) return noErrorBody;
  const word = knownWord(errorInForm(text) ?? text) === 'invalid_grant' ? 'invalid_grant' : null;
  return { ...noErrorBody, word, namesTheToken: namesRefreshToken(text) && callsTokenBad(text) };
}

/** The member `error` of an answer in the form encoding. */
function errorInForm(text: string): string | null {
  return /^[\w.-]+=/.test(text) ? new URLSearchParams(text.trim()).get('error') : null;
}

const mostTexts = 64;
const deepest = 5;
/** Members that say where and when, or repeat the status. */
const asideMembers = new Set(['path', 'trace', 'stack', 'stacktrace', 'timestamp', 'instance', 'httpstatus']);

/** The texts of a body in its own order, those nearest to its top first, names of members left out. */
function textsIn(body: unknown): readonly string[] {
  const texts: string[] = [];
  let level: unknown[] = [body];
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') {
        texts.push(value);
        // An error of another service, passed on as text.
        if (value.trimStart().startsWith('{')) next.push(parseJson(value));
      } else next.push(...members(value));
      if (texts.length >= mostTexts) return texts;
    }
    level = next.slice(0, mostTexts);
  }
  return texts;
}

function members(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.slice(0, mostTexts) as unknown[];
  if (!isRecord(value)) return [];
  return Object.entries(value)
    .slice(0, mostTexts)
    .filter(([name]) => !asideMembers.has(name.toLowerCase()))
    .map(([, member]) => member);
}

function wordIn(texts: readonly string[], challenge: string | null): ErrorWord | null {
  const inChallenge = challenge === null ? null : (/\berror="?([\w-]{1,40})/i.exec(challenge)?.[1] ?? null);
  return [...texts, ...(inChallenge === null ? [] : [inChallenge])].map(knownWord).find(Boolean) ?? null;
}

function knownWord(text: string): ErrorWord | null {
  if (text.length > 40) return null;
  const plain = clausesOf(text).join(' ');
  return knownWords.find((word) => word.replaceAll('_', ' ') === plain) ?? null;
}

const badClient =
  /\b(?:bad|invalid|wrong|unknown|incorrect) (?:client|(?:client )?credentials|client (?:id|secret))\b|\bclient (?:authentication failed|not found|is (?:unknown|invalid|not found))\b/;

function callsClientBad(text: string): boolean {
  return clausesOf(text).some((clause) => badClient.test(clause));
}

function namesAccessToken(text: string): boolean {
  return clausesOf(text).some((clause) => /\baccess ?token\b/.test(clause));
}

function namesRefreshToken(text: string): boolean {
  return clausesOf(text).some((clause) => /\brefresh ?token\b/.test(clause));
}

/** How far an envelope is looked into. */
const errorLevels = 3;

/** Under a 2XX only the body says that it is an error: in any casing, and in an envelope of its own. */
function saysError(body: Record<string, unknown>, levels = errorLevels): boolean {
  const members = Object.entries(body).slice(0, mostTexts);
  if (members.some(([name, value]) => isErrorMember(plainName(name), value))) return true;
  if (levels === 1) return false;
  return members.some(([, value]) => isRecord(value) && saysError(value, levels - 1));
}

function isErrorMember(name: string, value: unknown): boolean {
  if (name === 'error') return (typeof value === 'string' && value !== '') || isRecord(value);
  if (name === 'errors') return (Array.isArray(value) && value.length > 0) || isRecord(value);
  if (errorTexts.has(name)) return (typeof value === 'string' && value !== '') || typeof value === 'number';
  if (successNames.has(name)) return value === false || value === 'false';
  if (resultNames.has(name) && typeof value === 'string')
    return /^(?:err(?:or)?|fail(?:ed|ure)?)$/i.test(value);
  return statusNames.has(name) && statusIn(value) !== null;
}

const errorTexts = new Set(['errorcode', 'errormessage', 'errordescription', 'errortype']);
const successNames = new Set(['success', 'successful', 'succeeded', 'issuccess', 'ok']);
const resultNames = new Set(['status', 'result', 'outcome']);
const statusNames = new Set(['code', 'statuscode', 'httpstatus', 'httpcode']);

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

const statusMembers = ['httpStatus', 'statusCode', 'status', 'code'];

/** At the top, or in the error it names. */
function statusOf(body: unknown): number | null {
  const { error, errors } = isRecord(body) ? body : { error: null, errors: body };
  const listed: unknown[] = Array.isArray(errors) ? errors.slice(0, 1) : [];
  const places = [body, error, ...listed].filter(isRecord);
  return (
    places
      .flatMap((place) => statusMembers.map((name) => statusIn(place[name])))
      .find((status) => status !== null) ?? null
  );
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
