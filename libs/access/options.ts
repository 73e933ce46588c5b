import type { Secret } from '#kernel';

/** Filled from configuration by the application's module. */
export abstract class AccessOptions {
  /** An admin key that always works; null: none is set. */
  abstract readonly adminKey: Secret | null;
  /** How long after the database was last seen a remembered key still opens. */
  abstract readonly serveWithoutDatabaseSeconds: number;
}
