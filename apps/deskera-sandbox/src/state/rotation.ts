import type { Grant, TokenPair } from './grant.js';
import type { Settings } from './settings.js';

/**
 * What a presented refresh token gets. `rotate`: a new pair. `keep`: a new access token beside the same refresh token.
 * `repeat`: the pair that followed it, once more. `reused`: nothing, and its family is revoked. `spent`: nothing.
 */
export type RefreshDecision = 'rotate' | 'keep' | 'repeat' | 'reused' | 'spent';

type RotationSettings = Pick<Settings, 'rotation' | 'graceSeconds'>;

/** Decides by the settings as they are now, for a grant that is alive. */
export function decideRefresh(
  grant: Grant,
  presentedNumber: number,
  { rotation, graceSeconds }: RotationSettings,
  now: number,
): RefreshDecision {
  const isCurrent = presentedNumber === grant.current.refresh.number;
  if (rotation === 'stable') return isCurrent ? 'keep' : 'spent';
  if (isCurrent) return 'rotate';
  const { lastSpent } = grant;
  const inGrace = lastSpent?.number === presentedNumber && now - lastSpent.at < graceSeconds * 1000;
  return rotation === 'grace' && inGrace ? 'repeat' : 'reused';
}

/** The old refresh token is spent, the new pair is the good one. */
export function rotated(grant: Grant, next: TokenPair, now: number): Grant {
  return { ...grant, current: next, lastSpent: { number: grant.current.refresh.number, at: now } };
}

/** Only the access token is new. */
export function kept(grant: Grant, next: TokenPair): Grant {
  return { ...grant, current: { access: next.access, refresh: grant.current.refresh } };
}

/** No token of the family is good any more. */
export function revoked(grant: Grant): Grant {
  return { ...grant, revoked: true };
}

/** The whole grant belongs to another org from now on, as after Deskera's switch-tenant call. */
export function moved(grant: Grant, orgId: string): Grant {
  return { ...grant, orgId };
}
