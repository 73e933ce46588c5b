import { isUniqueViolation } from '#database/sql';

/** Another live connection holds the refresh token that was to be stored: the index has the last word. */
export function isHeldElsewhere(error: unknown): boolean {
  return isUniqueViolation(error, 'credential_refresh_token');
}
