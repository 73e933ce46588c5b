import type { Secret } from '#kernel';

/** Filled from configuration by the application's module. */
export abstract class AccessOptions {
  /** Admin key from the configuration; null if none is set. */
  abstract readonly adminKey: Secret | null;
  /** How long a remembered key is accepted after the last contact with the database. */
  abstract readonly serveWithoutDatabaseSeconds: number;
}
