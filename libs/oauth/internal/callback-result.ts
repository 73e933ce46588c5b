import type { Failure, Secret } from '#kernel';
import type { ConnectStateRecord } from '#store';
import type { CallbackResult, ReturningSession } from '../callbacks.js';
import { sessionIdIn } from './connect-ids.js';
import { returnAddress } from './return-address.js';

/** The session a callback's `state` belongs to. */
export interface CallbackOrigin {
  readonly record: ConnectStateRecord;
  readonly state: Secret;
  readonly publicUrl: string;
}

export function storedResult(origin: CallbackOrigin, active: boolean): CallbackResult {
  return { kind: 'stored', session: returning(origin, active ? 'connected' : 'awaiting_activation') };
}

export function failedResult(origin: CallbackOrigin | null, failure: Failure): CallbackResult {
  return {
    kind: 'failed',
    failure,
    session: origin === null ? null : returning(origin, 'failed', failure.code),
  };
}

function returning(
  { record, state, publicUrl }: CallbackOrigin,
  status: string,
  code?: string,
): ReturningSession {
  const { apiVersion, redirectUri } = record.session;
  const facts = { session: sessionIdIn(state) ?? '', status, code };
  return { apiVersion, returnTo: returnAddress(publicUrl, redirectUri, facts) };
}
