import type { ConnectSessionRecord } from '#connections';
import type { ConnectStanding } from '../connect-sessions.js';

export type Standing = Pick<ConnectStanding, 'status' | 'code'>;

type Facts = Pick<ConnectSessionRecord, 'status' | 'expired' | 'failureCode'>;

/** The status of a session at the time of the read. An outcome remains after the expiry. */
export function standingOf({ status, expired, failureCode }: Facts): Standing {
  if (expired && isOpen(status)) return { status: 'expired', code: 'state_expired' };
  return { status, code: status === 'failed' ? failureCode : null };
}

function isOpen(status: ConnectSessionRecord['status']): boolean {
  return status === 'pending' || status === 'awaiting_activation';
}
