/** Why the database is away, or will be soon, in fixed words. */
export interface DatabaseTrouble {
  readonly cause: string;
  /** Names of the settings to check, never their values. */
  readonly setting: string;
}

/** For operators: why a database that answers cannot be used. */
export const databaseIsReadOnly =
  'The database is read-only (a hot standby, or default_transaction_read_only is on): the primary is needed.';

/** Whether the database was reached once and its schema accepted. Nothing works before. */
export abstract class DatabaseReadiness {
  #onRefused: (error: unknown) => void = () => undefined;

  abstract isAccepted(): boolean;
  /**
   * Whether the last server that answered is read-only, such as a hot standby. It counts as a database that is away.
   */
  abstract isReadOnly(): boolean;
  /** Calls back once when the schema is accepted, at once if it is accepted already. */
  abstract whenAccepted(callback: () => void): void;

  /** The last refusal, if it is recent and no login or statement has succeeded since. */
  trouble(): DatabaseTrouble | null {
    return null;
  }

  /**
   * Calls back if a database that was away at the start has a schema that does not fit: the application then ends.
   */
  onRefused(callback: (error: unknown) => void): void {
    this.#onRefused = callback;
  }

  protected refuse(error: unknown): void {
    this.#onRefused(error);
  }
}
