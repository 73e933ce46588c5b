import type { DeskeraGrant } from '#deskera';
import type { ConnectionEvent, ConnectionRecord } from '#connections';
import type { Unanswered } from '../state/transitions.js';

/** An attempt without a definite answer is repeated only after the row's back-off. */
export function mustNotRepeatYet(record: ConnectionRecord, now: Date): boolean {
  const repeats = record.attemptOpen || record.outcomeUnknown;
  return repeats && record.notBefore !== null && record.notBefore > now;
}

/** The token is good. The next refresh shows whether the refresh token that was sent is still valid. */
export function unreadIn({ refreshTokenUnread }: DeskeraGrant): string | null {
  return refreshTokenUnread === true ? 'the new refresh token could not be read' : null;
}

/** Deskera returned a pair that another connection uses. */
export const foreign: Unanswered = {
  kind: 'passing',
  definite: true,
  reason: 'unreadable',
  retryAfterSeconds: null,
  summary: "the refreshed token is another connection's",
};

/** The call may have used up the refresh token; nothing else records that. */
export const ofAnotherOrg: Unanswered = {
  kind: 'passing',
  definite: true,
  reason: 'unreadable',
  retryAfterSeconds: null,
  summary: 'the refreshed token belongs to another org',
};

/** The refresh token could not be decrypted, so nothing was sent. */
export const unopenable: Unanswered = {
  kind: 'passing',
  definite: true,
  reason: 'unreadable',
  retryAfterSeconds: 60,
  summary: 'a stored credential can not be opened',
};

export function event(kind: string, detail: ConnectionEvent['detail'] = {}): ConnectionEvent {
  return { kind, detail };
}

/** A passing failure is recorded once, when it begins, so that the history stays readable. */
export function unansweredEvent(record: ConnectionRecord, outcome: Unanswered): ConnectionEvent | null {
  if (!outcome.definite) {
    return event('refresh_unanswered', { attempt: record.attempt, error: outcome.summary });
  }
  return record.failureKind === null ? event('refresh_failed', { error: outcome.summary }) : null;
}
