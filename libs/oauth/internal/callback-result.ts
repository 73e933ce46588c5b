import type { Failure, Secret } from '#kernel';
import type { ConnectSessionRecord, ConnectStateRecord } from '#connections';
import type { CallbackResult, ReturningSession } from '../callbacks.js';
import { sessionIdIn } from './connect-ids.js';
import { returnAddress } from './return-address.js';
import type { Standing } from './standing.js';

/** The session of a callback's `state`. */
export interface CallbackOrigin {
  readonly record: ConnectStateRecord;
  readonly state: Secret;
  readonly publicUrl: string;
}

export function storedResult(origin: CallbackOrigin, active: boolean): CallbackResult {
  const status = active ? 'connected' : 'awaiting_activation';
  return { kind: 'stored', session: returning(origin, { status, code: null }) };
}

/** @param session the present session if it was read again, else as the callback found it */
export function failedResult(
  origin: CallbackOrigin | null,
  failure: Failure,
  session: ConnectSessionRecord | null = origin?.record.session ?? null,
): CallbackResult {
  if (origin === null || session === null) return { kind: 'failed', failure, session: null };
  return { kind: 'failed', failure, session: returning(origin, standingAfter(failure, session)) };
}

/** Whether a connect of the session has completed, whatever the result of this callback. */
export function hasCompleted({ status }: ConnectSessionRecord): boolean {
  return status === 'connected' || status === 'awaiting_activation';
}

/** The person sees the state of the session: a failed callback does not affect a completed connect. */
function standingAfter(failure: Failure, session: ConnectSessionRecord): Standing {
  const isCompleted = hasCompleted(session) && failure.code !== 'wrong_browser';
  return isCompleted ? { status: session.status, code: null } : { status: 'failed', code: failure.code };
}

function returning(
  { record, state, publicUrl }: CallbackOrigin,
  { status, code }: Standing,
): ReturningSession {
  const { apiVersion, redirectUri } = record.session;
  const facts = { session: sessionIdIn(state) ?? '', status, code: code ?? undefined };
  return { apiVersion, returnTo: returnAddress(publicUrl, redirectUri, facts) };
}
