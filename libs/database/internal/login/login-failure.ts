import pg from 'pg';

/** Why a login did not succeed, in words that never hold a value. They are facts of `/health/ready`. */
export const loginCauses = {
  unreachable: 'the server cannot be reached',
  name_not_found: 'the name of its host is not found',
  no_answer: 'the server does not answer in time',
  tls: 'no TLS connection can be made: look at the certificate and at sslmode',
  login_refused: 'the server refuses the user name, the password or the address (pg_hba.conf)',
  database_missing: 'the server has no database of this name',
  permission_denied: 'the role lacks a right',
  schema_missing: 'the tables that the broker works on are not there, or hidden from its role',
  too_many_connections: 'the server has no connection to spare',
  not_accepting: 'the server or the database accepts no connections now',
  refused: 'the server refuses the connection',
  unusable: 'the setting, or a file that it names, cannot be used',
} as const;

export type LoginCause = keyof typeof loginCauses;

/**
 * A connection that was not opened. Whatever the reason, the database is away: nothing is known of any statement.
 *
 * The message holds neither an address nor a name.
 */
export class LoginFailure extends Error {
  override readonly name = 'LoginFailure';

  constructor(
    readonly reason: LoginCause,
    readonly code: string | null,
    cause: unknown,
  ) {
    super(`${loginCauses[reason]}${code === null ? '' : ` (${code})`}`, { cause });
  }
}

export function asLoginFailure(error: unknown): LoginFailure {
  if (error instanceof LoginFailure) return error;
  const code = codeOf(error);
  const reason = error instanceof pg.DatabaseError ? serverCause(code ?? '') : clientCause(error, code ?? '');
  return new LoginFailure(reason, code, error);
}

/** By SQLSTATE, longest first. */
const serverCauses: readonly [RegExp, LoginCause][] = [
  [/^28/, 'login_refused'],
  [/^3D/, 'database_missing'],
  [/^42501/, 'permission_denied'],
  [/^53300/, 'too_many_connections'],
  // 55000: the database allows no connections.
  [/^(57P|55000)/, 'not_accepting'],
];

function serverCause(sqlState: string): LoginCause {
  return serverCauses.find(([pattern]) => pattern.test(sqlState))?.[1] ?? 'refused';
}

/** What `pg` and Node throw before the server has spoken, and where the server's word cannot be trusted. */
const clientCauses: readonly [RegExp, LoginCause][] = [
  [/^(ENOTFOUND|EAI_)/, 'name_not_found'],
  [/^ETIMEDOUT|timeout/i, 'no_answer'],
  [/CERT|^UNABLE_TO_|^ERR_(TLS|SSL|OSSL)|^EPROTO|SSL connection/, 'tls'],
  [/SASL|SCRAM|password/i, 'login_refused'],
];

function clientCause(error: unknown, code: string): LoginCause {
  const message = Error.isError(error) ? error.message : '';
  const known = clientCauses.find(([pattern]) => pattern.test(code) || pattern.test(message));
  return known?.[1] ?? 'unreachable';
}

function codeOf(error: unknown): string | null {
  if (!Error.isError(error) || !('code' in error) || typeof error.code !== 'string') return null;
  return /^[A-Z0-9_]{1,60}$/.test(error.code) ? error.code : null;
}
