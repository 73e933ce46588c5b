import type { ApiVersion } from '#kernel';
import type { ClientDoubt, Declined, OurFault, PassingFailure, Refused } from '../outcome.js';
import { readErrorBody, type ErrorBody, type ErrorWord } from './error-body.js';
import type { NoAnswer, WireHead, WireTrouble } from './wire.js';

export interface GrantCall {
  readonly operation: 'exchange' | 'refresh';
  readonly apiVersion: ApiVersion;
}

export type GrantFailure = Refused | Declined | OurFault | PassingFailure;

/**
 * What an answer without a grant is about. `unclear`: the call was turned down, and the answer does not say why in words
 * that are Deskera's. `nothing`: it may even have been acted on.
 */
type Blame = 'token' | 'client' | 'request' | 'unclear' | 'nothing';

const tokenWords: readonly ErrorWord[] = ['invalid_grant', 'invalid_token'];
const clientWords: readonly ErrorWord[] = ['invalid_client', 'unauthorized_client'];

/** Statuses that only our request's address or form can earn: a wrong `DESKERA_API_URL`, or a change at Deskera. */
const requestStatuses = new Set([400, 404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 422, 426, 431]);
/** Statuses of the 4XX that ask for another try, or tell that somebody left. */
const passingStatuses = new Set([408, 425, 499]);

/** What a whole answer means that holds no readable grant. */
export function failureOf(call: GrantCall, head: WireHead, text: string): GrantFailure {
  const error = readErrorBody(text, head.bearerChallenge);
  const status = meantStatus(head.status, error);
  const summary = summaryOf(head.status, error);
  if (status === 429) return passing('rate_limited', head, summary);
  if (status >= 500) return passing('server_error', head, summary);
  const evidence = { status, error, head, isHtml: isHtml(head, text) };
  switch (blame(call, evidence)) {
    case 'token':
      return { kind: 'refused', definite: true, summary };
    case 'client':
      return { kind: 'our_fault', sent: true, definite: true, reason: 'client_refused', summary };
    case 'request':
      return { kind: 'our_fault', sent: true, definite: true, reason: 'bad_request', summary };
    case 'unclear':
      return { kind: 'declined', definite: true, clientDoubt: clientDoubt(call, evidence), summary };
    case 'nothing':
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

/**
 * A gateway may answer in Deskera's place: only known words in an envelope speak of the token or of our client. The same
 * words count whatever the status, for Deskera's services differ in that.
 */
function blame(call: GrantCall, evidence: Evidence): Blame {
  const { status, error, isHtml } = evidence;
  if (status < 400) return error.isError && status < 300 ? 'unclear' : 'nothing';
  if (passingStatuses.has(status)) return 'nothing';
  if (saysTokenIsBad(error) && !isForeign(call, evidence)) return 'token';
  if (carriesClient(call) && saysClientIsBad(evidence)) return 'client';
  if (requestStatuses.has(status)) return 'request';
  // A code can't be sent again: a page that is none of Deskera's must not be told as its refusal.
  return isHtml && call.operation === 'exchange' ? 'nothing' : 'unclear';
}

/**
 * A page is a gateway's whatever words it holds, and so is a challenge on a call that sends no access token. RFC 6749,
 * section 5.2, has a client's refusal come with a Basic challenge, but then with an `error` beside it. `invalid_token` is a word
 * of RFC 6750: beside a challenge of another scheme than Bearer it is about the gateway's own token.
 */
function isForeign(call: GrantCall, { error, head, isHtml }: Evidence): boolean {
  if (isHtml) return call.operation === 'refresh';
  if (call.operation !== 'refresh' || head.challenge === null) return false;
  return !error.isError || (head.bearerChallenge === null && error.word === 'invalid_token');
}

/** `invalid_token` of an access token is a gateway's: none was sent. */
function saysTokenIsBad({ word, namesTheToken, namesOther }: ErrorBody): boolean {
  if (word !== null && clientWords.includes(word)) return false;
  return namesTheToken || (word !== null && tokenWords.includes(word) && !namesOther);
}

function saysClientIsBad({ error }: Evidence): boolean {
  return error.namesTheClient || (error.word !== null && clientWords.includes(error.word));
}

/**
 * A 401 without known words may be about our client, about the grant's owner, or a gateway's: others have to tell. RFC 6749,
 * section 5.2, wants an `error` beside a challenge: a challenge alone is no more than a bare 401.
 */
function clientDoubt(call: GrantCall, { status, error, isHtml }: Evidence): ClientDoubt | null {
  if (!carriesClient(call) || status !== 401 || isHtml) return null;
  return error.isError ? 'enveloped' : 'bare';
}

/** V1's refresh carries no client: the refresh token alone is its authority. */
function carriesClient({ apiVersion, operation }: GrantCall): boolean {
  return !(apiVersion === 'v1' && operation === 'refresh');
}

/** An error under a 2XX counts as the status it names, else as a 400 where it is known what it says. */
function meantStatus(status: number, error: ErrorBody): number {
  if (status < 200 || status > 299) return status;
  if (error.status !== null) return error.status;
  if (error.word === 'server_error' || error.word === 'temporarily_unavailable') return 503;
  return error.word !== null || error.namesTheToken || error.namesTheClient ? 400 : status;
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

/** A page, which no answer of Deskera's API is. */
export function isHtml({ contentType }: WireHead, text: string): boolean {
  return contentType.toLowerCase().startsWith('text/html') || text.trimStart().startsWith('<');
}
