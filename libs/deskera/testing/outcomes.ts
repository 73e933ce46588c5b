import type { DeskeraGrant } from '../grant.js';
import type { ClientDoubt, Declined, Granted, OurFault, PassingFailure, Refused } from '../outcome.js';

export function granted(grant: DeskeraGrant): Granted {
  return { kind: 'granted', definite: true, grant };
}

export function refused(summary = '400 invalid_grant'): Refused {
  return { kind: 'refused', definite: true, summary };
}

export function declined(summary = '401', clientDoubt: ClientDoubt | null = null): Declined {
  return { kind: 'declined', definite: true, clientDoubt, summary };
}

export function ourFault(reason: OurFault['reason'] = 'client_refused'): OurFault {
  return { kind: 'our_fault', sent: true, definite: true, reason, summary: reason };
}

/** As definite as the real client would call it. */
export function passing(
  reason: PassingFailure['reason'],
  retryAfterSeconds: number | null = null,
): PassingFailure {
  const definite = ['not_sent', 'breaker_open', 'connection_failed', 'rate_limited'].includes(reason);
  return { kind: 'passing', definite, reason, retryAfterSeconds, summary: reason };
}
