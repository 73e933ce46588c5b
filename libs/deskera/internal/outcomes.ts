import type { Secret } from '#kernel';
import type { GrantOutcome, PassingFailure, ValidateOutcome } from '../outcome.js';
import { cutOffFailure, failureOf, isHtml, noAnswerFailure, type GrantCall } from './failure-table.js';
import { readGrant, readNewRefreshToken } from './grant-reader.js';
import { contentOf } from './answer-content.js';
import { isRecord } from './untrusted.js';
import type { WireAnswer, WireHead, WireResult, WireTrouble } from './wire.js';

/**
 * What an exchange or a refresh brought. A readable pair under a 2XX is a grant whatever else stands there, also where the
 * answer broke off after its JSON was complete.
 * @param sentRefreshToken null for an exchange
 */
export function grantOutcome(
  call: GrantCall,
  result: WireResult,
  sentRefreshToken: Secret | null,
): GrantOutcome {
  if (result.kind === 'no_answer') return noAnswerFailure(result);
  const { head } = result;
  const text = result.body ?? result.beginning;
  const content = contentOf(text);
  if (result.body === null && !isRecord(content)) return brokenOutcome(head, result.trouble);
  if (!isSuccess(head)) return failureOf(call, head, text);
  const context = { answeredAt: head.answeredAt, sentRefreshToken };
  const grant = readGrant(content, context);
  if (grant !== null) return { kind: 'granted', definite: true, grant };
  const failure = failureOf(call, head, text);
  if (failure.kind !== 'passing' || failure.reason !== 'unreadable') return failure;
  const newRefreshToken = readNewRefreshToken(content, context);
  return { ...withoutPair(failure, head), ...(newRefreshToken === null ? {} : { newRefreshToken }) };
}

/** A body that is damaged or too large came all the same: Deskera has answered. */
function brokenOutcome(head: WireHead, trouble: WireTrouble): PassingFailure {
  const failure = cutOffFailure(head, trouble);
  return isSuccess(head) && failure.reason === 'unreadable' ? withoutPair(failure, head) : failure;
}

function withoutPair(failure: PassingFailure, { status }: WireHead): PassingFailure {
  const summary = `${String(status)} without a readable token pair`;
  return { ...failure, summary, withoutPair: true };
}

/**
 * By status, for the body may be empty: 200 is valid, 401 is invalid, everything else says nothing. A page, or a challenge
 * of another scheme than a token's, is a gateway's 401 and says nothing either.
 */
export function validateOutcome(result: WireResult): ValidateOutcome {
  if (result.kind === 'no_answer') return noAnswerFailure(result);
  const { head } = result;
  if (head.status === 200 && !isPage(result.body)) return { kind: 'valid' };
  if (head.status === 401 && !isForeign(result)) return { kind: 'invalid' };
  const reason = reasonOf(head.status);
  return {
    kind: 'passing',
    definite: reason === 'rate_limited',
    reason,
    retryAfterSeconds: head.retryAfterSeconds,
    summary: String(head.status),
  };
}

/** A captive portal's, or a gateway's. A content type alone does not tell: the body may be empty. */
function isPage(body: string | null): boolean {
  return body?.trimStart().startsWith('<') ?? false;
}

/** The check carries no `Authorization`: who challenges it for one is not Deskera. */
function isForeign({ head, body }: WireAnswer): boolean {
  return isHtml(head, body ?? '') || (head.challenge !== null && head.bearerChallenge === null);
}

function isSuccess({ status }: WireHead): boolean {
  return status >= 200 && status <= 299;
}

function reasonOf(status: number): PassingFailure['reason'] {
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'unreadable';
}
