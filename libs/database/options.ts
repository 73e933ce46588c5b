import type { Secret } from '#kernel';

/** Filled from configuration by the application's module. */
export abstract class DatabaseOptions {
  abstract readonly databaseUrl: Secret;
  /** URL for session locks and LISTEN if `databaseUrl` is a transaction pooler; otherwise the same URL. */
  abstract readonly directUrl: Secret;
  /** Reads the URLs again, if they come from files. Throws if a file cannot be used; the message holds no value. */
  readonly currentUrls?: () => { readonly databaseUrl: Secret; readonly directUrl: Secret };
  /** All connections of this replica, including the session that holds its lock and listens. */
  abstract readonly poolSize: number;
  /** Factor for the time limits of logins and statements; 1 if omitted. Tests raise it, because they may run on a busy machine. */
  readonly slowdown?: number;
}
