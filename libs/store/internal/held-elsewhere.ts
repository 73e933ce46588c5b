import pg from 'pg';

const uniqueViolation = '23505';

/** Another live connection holds the refresh token that was to be stored: the index has the last word. */
export function isHeldElsewhere(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === uniqueViolation &&
    error.constraint === 'credential_refresh_token'
  );
}
