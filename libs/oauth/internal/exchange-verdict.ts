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
    case 'declined':
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
  const code = reason === 'bad_request' ? 'code_exchange_failed' : 'deskera_client_refused';
  return connectFailure(code, { internal: summary });
}

function passingFailure({ retryAfterSeconds, summary }: PassingFailure): Failure {
  const retry = retryAfterSeconds === null ? {} : { retryAfterSeconds };
  return connectFailure('deskera_unavailable', { internal: summary, ...retry });
}

function wasNotSent({ reason }: PassingFailure): boolean {
  return reason === 'not_sent' || reason === 'breaker_open' || reason === 'connection_failed';
}
