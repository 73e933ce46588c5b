import { Failure, isUnavailable } from '#kernel';
import pg from 'pg';
import { LoginFailure } from './login/login-failure.js';

/** SQLSTATE classes and codes that say "not now", and nothing about the statement. */
const passing = /^(08|53|57P|58|40001|40P01|57014|25006|25P0[34]|55P03)/;

/**
 * The role was let in and lacks a right, or the schema that was accepted is not there (a restore is under way, or USAGE was
 * taken): the statements were proven on that schema, so the database is at fault.
 */
const notAsAccepted = /^(28|3D|3F|42501|42P01|42703|42883)/;

/** What `pg` throws without a code: its own time limits, and a connection that ended under a query. */
const connectionTrouble = /timeout|terminated|not queryable|pool after calling end/i;

/** A database error as a Failure where it is a passing one; anything else is a defect and stays what it is. */
export function asStoreFailure(error: unknown): unknown {
  if (!Error.isError(error) || error instanceof Failure) return error;
  if ('driverError' in error) return asStoreFailure(error.driverError);
  if (!isPassing(error)) return error;
  return new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.', {
    internal: `database: ${describe(error)}`,
    cause: error,
    retryAfterSeconds: 1,
  });
}

/** Whether the server said nothing to what was sent: the connection is of no more use. */
export function isUnanswered(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) && isUnavailable(asStoreFailure(error));
}

/** Whether a unique index refused the row. */
export function isUniqueViolation(error: unknown, index: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === index;
}

export const missingRight = '42501';

/** What the server said, also where it was made a Failure of; null: it said nothing. */
export function sqlStateOf(error: unknown): string | null {
  const said = error instanceof Failure ? error.cause : error;
  return said instanceof pg.DatabaseError ? (said.code ?? null) : null;
}

/** The SQLSTATE of a statement that the server refused because the database is not as it was accepted; else null. */
export function refusedState(error: unknown): string | null {
  if (!(error instanceof pg.DatabaseError)) return null;
  return error.code !== undefined && notAsAccepted.test(error.code) ? error.code : null;
}

/** A hot standby, or a server whose default is read only: its data may be old, and nothing can be saved there. */
const readOnly = 'database: it is read-only';

export function databaseReadOnly(): Failure {
  return new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.', {
    internal: readOnly,
    retryAfterSeconds: 1,
  });
}

export function isReadOnly(error: unknown): boolean {
  return error instanceof Failure && error.internal === readOnly;
}

export function databaseNotConnected(): Failure {
  return new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.', {
    internal: 'database: not connected yet',
    retryAfterSeconds: 1,
  });
}

function isPassing(error: Error): boolean {
  if (error instanceof LoginFailure) return true;
  const code = errorCode(error);
  if (error instanceof pg.DatabaseError) {
    return code !== undefined && (passing.test(code) || notAsAccepted.test(code));
  }
  // Outside of the server's own errors a code is the operating system's (ECONNREFUSED, EPIPE, ENOTFOUND, …).
  return (code?.startsWith('E') ?? false) || connectionTrouble.test(error.message);
}

function describe(error: Error): string {
  return error instanceof LoginFailure ? error.reason : (errorCode(error) ?? error.message);
}

function errorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
