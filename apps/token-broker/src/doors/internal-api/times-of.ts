import type { DeskeraToken } from '#tokens';
import { timeOrNull } from '../shapes/connection.js';

/** What may have changed around a token that has not, as headers. */
export function timesOf(token: DeskeraToken): Record<string, string> {
  const expiresAt = timeOrNull(token.expiresAt);
  return {
    'x-verified-at': token.verifiedAt.toISOString(),
    ...(expiresAt !== null && { 'x-expires-at': expiresAt }),
  };
}
