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
  /** Null: the tokens are stored. */
  | { readonly do: 'repeat'; readonly failureCode: string | null }
  | { readonly do: 'fail'; readonly code: ConnectFailureCode };

const putOffCodes: Readonly<Record<Exclude<AuthorizationError, 'denied'>, ConnectFailureCode>> = {
  unavailable: 'deskera_unavailable',
  misconfigured: 'deskera_client_refused',
  incomplete: 'code_exchange_failed',
};

/** What a callback does, as of the moment its `state` was read. Nothing was changed so far. */
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

/** Whether it uses the `state` up, so that there is one of its kind for each: an exchange, or a denial. */
export function isConclusive({ do: what }: CallbackDecision): boolean {
  return what === 'exchange' || what === 'deny';
}

/** Whether a callback that says this could be conclusive at all. */
export function mayConclude(answer: CallbackAnswer): boolean {
  return answer.kind === 'code' || (answer.kind === 'error' && answer.error === 'denied');
}

function afterError(error: AuthorizationError): CallbackDecision {
  return error === 'denied' ? { do: 'deny' } : { do: 'put_off', failureCode: putOffCodes[error] };
}

/** A V2 callback is the person's own navigation. V1's comes from Deskera: only the `state` binds it. */
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

/** Through another opening of the same link: a completed connect, or a denial. */
function endedElsewhere({ status, failureCode }: ConnectSessionRecord): CallbackDecision {
  return status === 'failed' ? { do: 'repeat', failureCode } : fail('state_already_used');
}

function fail(code: ConnectFailureCode): CallbackDecision {
  return { do: 'fail', code };
}
