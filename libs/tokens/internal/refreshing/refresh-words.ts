import type { DeskeraGrant } from '#deskera';
import type { ConnectionEvent, ConnectionRecord } from '#connections';
import type { Unanswered } from '../state/transitions.js';

/** A sending without a definite answer is repeated with the row's back-off, whoever wants it sooner. */
export function mustNotRepeatYet(record: ConnectionRecord, now: Date): boolean {
  const repeats = record.attemptOpen || record.outcomeUnknown;
  return repeats && record.notBefore !== null && record.notBefore > now;
}

/** The token is good; the next refresh will show whether the refresh token that was sent still is. */
export function unreadIn({ refreshTokenUnread }: DeskeraGrant): string | null {
  return refreshTokenUnread === true ? 'the new refresh token could not be read' : null;
}

/** Deskera handed out a pair that is in use elsewhere. */
export const foreign: Unanswered = {
  kind: 'passing',
  definite: true,
  reason: 'unreadable',
  retryAfterSeconds: null,
  summary: "the refreshed token is another connection's",
};

/** The refresh token may be spent by it; nothing else says so. */
export const ofAnotherOrg: Unanswered = {
  kind: 'passing',
  definite: true,
  reason: 'unreadable',
  retryAfterSeconds: null,
  summary: 'the refreshed token belongs to another org',
};

/** Nothing could be asked with it. */
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

/** Passing trouble is told once, when it begins: a history of every try would drown the rest. */
export function unansweredEvent(record: ConnectionRecord, outcome: Unanswered): ConnectionEvent | null {
  if (!outcome.definite) {
    return event('refresh_unanswered', { attempt: record.attempt, error: outcome.summary });
  }
  return record.failureKind === null ? event('refresh_failed', { error: outcome.summary }) : null;
}
