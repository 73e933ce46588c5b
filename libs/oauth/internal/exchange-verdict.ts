import type { DeskeraGrant, GrantOutcome, OurFault, PassingFailure } from '#deskera';
import type { Failure } from '#kernel';
import { connectFailure } from './failure-sentences.js';

export type ExchangeVerdict =
  | { readonly kind: 'granted'; readonly grant: DeskeraGrant }
  /** Nothing was sent: the `state` may be used again. */
  | { readonly kind: 'unspent'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What an exchange's outcome means for its `state`: only one that was sent spends it. */
export function exchangeVerdict(outcome: GrantOutcome): ExchangeVerdict {
  switch (outcome.kind) {
    case 'granted':
      return { kind: 'granted', grant: outcome.grant };
    case 'refused':
      return {
        kind: 'failed',
        failure: connectFailure('code_exchange_failed', { internal: outcome.summary }),
      };
    case 'our_fault':
      return { kind: outcome.sent ? 'failed' : 'unspent', failure: failureOfOurs(outcome) };
    case 'passing':
      return { kind: wasNotSent(outcome) ? 'unspent' : 'failed', failure: passingFailure(outcome) };
  }
}

function failureOfOurs({ reason, summary }: OurFault): Failure {
  const code = reason === 'client_refused' ? 'deskera_client_refused' : 'code_exchange_failed';
  return connectFailure(code, { internal: summary });
}

function passingFailure({ retryAfterSeconds, summary, withoutPair }: PassingFailure): Failure {
  // The code is spent, and waiting does not make the answer readable.
  if (withoutPair === true) return connectFailure('code_exchange_failed', { internal: summary });
  const retry = retryAfterSeconds === null ? {} : { retryAfterSeconds };
  return connectFailure('deskera_unavailable', { internal: summary, ...retry });
}

function wasNotSent({ reason }: PassingFailure): boolean {
  return reason === 'not_sent' || reason === 'breaker_open' || reason === 'connection_failed';
}
