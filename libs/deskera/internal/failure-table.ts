import type { ApiVersion } from '#kernel';
import type { OurFault, PassingFailure, Refused } from '../outcome.js';
import { readErrorBody, type ErrorBody, type ErrorWord } from './error-body.js';
import { parseJson } from './untrusted.js';
import type { NoAnswer, WireHead, WireTrouble } from './wire.js';

export interface GrantCall {
  readonly operation: 'exchange' | 'refresh';
  readonly apiVersion: ApiVersion;
}

export type GrantFailure = Refused | OurFault | PassingFailure;

/** What an answer without a grant is about. `unknown`: nothing is known of the token. */
type Blame = 'token' | 'client' | 'request' | 'unknown';

const tokenWords: readonly ErrorWord[] = ['invalid_grant', 'invalid_token'];
const clientWords: readonly ErrorWord[] = ['invalid_client', 'unauthorized_client'];

/**
 * Statuses that only our request's address or form can earn: a wrong `DESKERA_API_URL`, or a change at Deskera. A
 * gateway's 404 is among them: it says nothing of any token.
 */
const requestStatuses = new Set([404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 422, 426, 431]);

/** What a whole answer means that holds no readable grant. */
export function failureOf(call: GrantCall, head: WireHead, text: string): GrantFailure {
  const error = readErrorBody(parseJson(text));
  const status = meantStatus(head.status, error);
  const summary = summaryOf(head.status, error);
  if (status === 429) return passing('rate_limited', head, summary);
  if (status >= 500) return passing('server_error', head, summary);
  if (status < 400) return passing('unreadable', head, summary);
  switch (blame(call, { status, error, head, isHtml: isHtml(head, text) })) {
    case 'token':
      return { kind: 'refused', definite: true, summary };
    case 'client':
      return { kind: 'our_fault', sent: true, definite: true, reason: 'client_refused', summary };
    case 'request':
      return { kind: 'our_fault', sent: true, definite: true, reason: 'bad_request', summary };
    case 'unknown':
      return passing('unreadable', head, summary);
  }
}

/** A head whose body did not come whole. Some statuses say all there is to say. */
export function cutOffFailure(head: WireHead, trouble: WireTrouble): PassingFailure {
  const summary = `${String(head.status)}, its body did not come whole`;
  if (head.status === 429) return passing('rate_limited', head, summary);
  if (head.status >= 500) return passing('server_error', head, summary);
  return passing(trouble, head, summary);
}

export function noAnswerFailure({ trouble, unsent, code }: NoAnswer): PassingFailure {
  return {
    kind: 'passing',
    definite: unsent,
    reason: trouble,
    retryAfterSeconds: null,
    summary: `no answer: ${trouble} (${code})`,
  };
}

interface Evidence {
  readonly status: number;
  readonly error: ErrorBody;
  readonly head: WireHead;
  readonly isHtml: boolean;
}

/** V1's refresh carries no client: there a 401 is about the token whatever it says. */
function blame(call: GrantCall, evidence: Evidence): Blame {
  const { status, error } = evidence;
  const carriesClient = !(call.apiVersion === 'v1' && call.operation === 'refresh');
  if (requestStatuses.has(status)) return 'request';
  if (error.word !== null && tokenWords.includes(error.word)) return 'token';
  if (carriesClient && error.word !== null && clientWords.includes(error.word)) return 'client';
  // Taken for the client's, one dead grant would hold back everybody's calls.
  if (status === 401 && error.namesTheToken) return 'token';
  if (carriesClient && error.word === 'unauthorized') return 'client';
  switch (status) {
    case 400:
      return error.namesTheToken ? 'token' : 'request';
    case 401:
      return carriesClient ? blameOf401(call.apiVersion, evidence) : 'token';
    case 403:
      // A firewall's page is no word of Deskera's; V2 documents other words for a dead grant.
      return call.apiVersion === 'v1' && !evidence.isHtml ? 'token' : 'unknown';
    default:
      return 'unknown';
  }
}

/** RFC 6749, section 5.2: a client refused over Basic is told so by a `WWW-Authenticate` of that scheme. */
function blameOf401(apiVersion: ApiVersion, { head }: Evidence): Blame {
  return apiVersion === 'v2' || head.challenge === 'basic' ? 'client' : 'token';
}

/** An error under a 2XX counts as the status it names, else as a 400 where it is known what it says. */
function meantStatus(status: number, error: ErrorBody): number {
  if (status < 200 || status > 299) return status;
  if (error.status !== null) return error.status;
  if (error.word === 'server_error' || error.word === 'temporarily_unavailable') return 503;
  return error.word !== null || error.namesTheToken ? 400 : status;
}

/** Only a 429 tells that the request was not acted on; what was sent otherwise may have spent the token. */
function passing(reason: PassingFailure['reason'], head: WireHead, summary: string): PassingFailure {
  return {
    kind: 'passing',
    definite: reason === 'rate_limited',
    reason,
    retryAfterSeconds: head.retryAfterSeconds,
    summary,
  };
}

/** Status and error word at most: Deskera's own sentence can echo a code or token. */
function summaryOf(status: number, { word, status: named }: ErrorBody): string {
  const inside = named === null || named === status ? '' : ` (${String(named)} inside)`;
  return `${String(status)}${word === null ? '' : ` ${word}`}${inside}`;
}

function isHtml({ contentType }: WireHead, text: string): boolean {
  return contentType.toLowerCase().startsWith('text/html') || text.trimStart().startsWith('<');
}
