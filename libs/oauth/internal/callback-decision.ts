import { timingSafeEqual } from 'node:crypto';
import type { Secret } from '#kernel';
import type { ConnectSessionRecord, ConnectStateRecord } from '#connections';
import type { AuthorizationError } from './authorization-error.js';
import type { CallbackAnswer, CallbackParameters } from './callback-parameters.js';
import type { ConnectFailureCode } from './failure-sentences.js';

export type CallbackDecision =
  | { readonly do: 'exchange'; readonly code: Secret }
  | { readonly do: 'deny' }
  /** Deskera said why there is no code, and the person may try again: the link stays usable. */
  | { readonly do: 'put_off'; readonly failureCode: ConnectFailureCode }
  | { readonly do: 'wait' }
  /** Null if the tokens are stored. */
  | { readonly do: 'repeat'; readonly failureCode: string | null }
  | { readonly do: 'fail'; readonly code: ConnectFailureCode };

const putOffCodes: Readonly<Record<Exclude<AuthorizationError, 'denied'>, ConnectFailureCode>> = {
  unavailable: 'deskera_unavailable',
  misconfigured: 'deskera_client_refused',
  incomplete: 'code_exchange_failed',
};

/** Decides the effect of a callback from the state of its session. Nothing has been changed yet. */
export function decideCallback(
  record: ConnectStateRecord,
  { answer, browserIds }: CallbackParameters,
): CallbackDecision {
  const { session, consumed, decided } = record;
  if (!isFromItsBrowser(record, browserIds)) return fail('wrong_browser');
  if (answer.kind === 'nothing') return fail('missing_code');
  if (session.expired) return fail('state_expired');
  if (consumed !== null) return again(record, consumed.codeSha256, answer);
  if (decided !== null) return { do: 'repeat', failureCode: decided.failureCode };
  if (session.ended) return endedElsewhere(session);
  return answer.kind === 'error' ? afterError(answer.error) : { do: 'exchange', code: answer.code };
}

/** Whether the decision uses the `state` up: an exchange or a denial, of which each `state` has one. */
export function isConclusive({ do: what }: CallbackDecision): boolean {
  return what === 'exchange' || what === 'deny';
}

/** Whether a callback with this answer can use a `state` up. */
export function mayConclude(answer: CallbackAnswer): boolean {
  return answer.kind === 'code' || (answer.kind === 'error' && answer.error === 'denied');
}

function afterError(error: AuthorizationError): CallbackDecision {
  return error === 'denied' ? { do: 'deny' } : { do: 'put_off', failureCode: putOffCodes[error] };
}

/**
 * A V2 callback is a navigation of the person's browser. A V1 callback comes from Deskera's servers: only the `state`
 * binds it.
 */
function isFromItsBrowser(
  { session, browserSha256 }: ConnectStateRecord,
  browserIds: readonly Secret[],
): boolean {
  if (session.apiVersion === 'v1') return true;
  return browserIds.some((browserId) => timingSafeEqual(browserId.sha256(), browserSha256));
}

function again(
  { decided }: ConnectStateRecord,
  codeSha256: Buffer,
  answer: CallbackAnswer,
): CallbackDecision {
  if (answer.kind !== 'code' || !answer.code.sha256().equals(codeSha256)) return fail('state_already_used');
  return decided === null ? { do: 'wait' } : { do: 'repeat', failureCode: decided.failureCode };
}

/** Whether another opening of the link has completed a connect, or was denied. */
function endedElsewhere({ status, failureCode }: ConnectSessionRecord): CallbackDecision {
  return status === 'failed' ? { do: 'repeat', failureCode } : fail('state_already_used');
}

function fail(code: ConnectFailureCode): CallbackDecision {
  return { do: 'fail', code };
}
