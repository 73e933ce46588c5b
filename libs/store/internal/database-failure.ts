import { Failure, isUnavailable } from '#kernel';
import pg from 'pg';

/** SQLSTATE classes and codes that say "not now", and nothing about the statement. */
const passing = /^(08|53|57P|58|40001|40P01|57014|25006|55P03)/;

/** What `pg` throws without a code: its own time limits, and a connection that ended under a query. */
const connectionTrouble = /timeout|terminated|not queryable|pool after calling end/i;

/** A database error as a Failure where it is a passing one; anything else is a defect and stays what it is. */
export function asStoreFailure(error: unknown): unknown {
  if (!Error.isError(error) || error instanceof Failure) return error;
  if (!isPassing(error)) return error;
  return new Failure('broker_unavailable', 'The broker cannot reach its storage at the moment.', {
    internal: `database: ${errorCode(error) ?? error.message}`,
    cause: error,
    retryAfterSeconds: 1,
  });
}

/** Whether the server said nothing to what was sent: the connection is of no more use. */
export function isUnanswered(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) && isUnavailable(asStoreFailure(error));
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
  const code = errorCode(error);
  if (error instanceof pg.DatabaseError) return code !== undefined && passing.test(code);
  // Outside of the server's own errors a code is the operating system's (ECONNREFUSED, EPIPE, ENOTFOUND, …).
  return (code?.startsWith('E') ?? false) || connectionTrouble.test(error.message);
}

function errorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
