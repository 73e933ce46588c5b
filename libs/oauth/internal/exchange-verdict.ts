import type { DeskeraGrant, GrantOutcome, OurFault, PassingFailure } from '#deskera';
import type { Failure } from '#kernel';
import { connectFailure } from './failure-sentences.js';

export type ExchangeVerdict =
  | { readonly kind: 'granted'; readonly grant: DeskeraGrant }
  /** The code was not used: the `state` stays usable. */
  | { readonly kind: 'unspent'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Decides whether an exchange uses its `state` up: only if Deskera may have acted on it. */
export function exchangeVerdict(outcome: GrantOutcome): ExchangeVerdict {
  switch (outcome.kind) {
    case 'granted':
      return { kind: 'granted', grant: outcome.grant };
    case 'refused':
    case 'declined':
      return {
        kind: 'failed',
        failure: connectFailure('code_exchange_failed', { internal: outcome.summary }),
      };
    case 'our_fault':
      return { kind: outcome.sent ? 'failed' : 'unspent', failure: failureOfOurs(outcome) };
    case 'passing':
      return { kind: isUnspent(outcome) ? 'unspent' : 'failed', failure: passingFailure(outcome) };
  }
}

function failureOfOurs({ reason, summary }: OurFault): Failure {
  const code = reason === 'bad_request' ? 'code_exchange_failed' : 'deskera_client_refused';
  return connectFailure(code, { internal: summary });
}

function passingFailure({ retryAfterSeconds, summary, withoutPair }: PassingFailure): Failure {
  // The code is spent, and waiting does not make the answer readable.
  if (withoutPair === true) return connectFailure('code_exchange_failed', { internal: summary });
  const retry = retryAfterSeconds === null ? {} : { retryAfterSeconds };
  return connectFailure('deskera_unavailable', { internal: summary, ...retry });
}

/**
 * Deskera certainly did not act on the request, or says so: a 429, and a 5xx with `Retry-After` (RFC 9110, section
 * 15.6.4). If the code was used up all the same, a second exchange is refused and nothing is lost.
 */
function isUnspent({ definite, reason, retryAfterSeconds }: PassingFailure): boolean {
  return definite || (reason === 'server_error' && retryAfterSeconds !== null);
}
