import type { Secret } from '#kernel';

/** Filled from configuration by the application's module. */
export abstract class DatabaseOptions {
  abstract readonly databaseUrl: Secret;
  /** Where `databaseUrl` is a transaction pooler: for session locks and LISTEN. Otherwise the same. */
  abstract readonly directUrl: Secret;
  /** Where the two come from files: what those hold now. It throws where they cannot be used, in words without a value. */
  readonly currentUrls?: () => { readonly databaseUrl: Secret; readonly directUrl: Secret };
  /** All connections of this replica together; one of them is the session that holds its lock and listens. */
  abstract readonly poolSize: number;
  /** Factor for the time limits of logins and statements; 1 if omitted. Tests raise it, because they may run on a busy machine. */
  readonly slowdown?: number;
}
