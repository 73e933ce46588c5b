/** Why the database is away, or soon will be, in fixed words. */
export interface DatabaseTrouble {
  readonly cause: string;
  /** Names of the settings to look at; never their values. */
  readonly setting: string;
}

/** For operators: why nothing can be done with a database that answers. */
export const databaseIsReadOnly =
  'The database is read-only (a hot standby, or default_transaction_read_only is on): the primary is needed.';

/** Whether the database was reached once and its schema accepted: nothing works before. */
export abstract class DatabaseReadiness {
  #onRefused: (error: unknown) => void = () => undefined;

  abstract isAccepted(): boolean;
  /** The server that answered last does not write (a hot standby, for one): it counts as a database that is away. */
  abstract isReadOnly(): boolean;
  /** Calls back once when it is accepted, at once where it is already. */
  abstract whenAccepted(callback: () => void): void;

  /** What was last refused, where that was lately and nothing succeeded since. */
  trouble(): DatabaseTrouble | null {
    return null;
  }

  /** A database that was away at start may turn out not to fit: the application ends itself then. */
  onRefused(callback: (error: unknown) => void): void {
    this.#onRefused = callback;
  }

  protected refuse(error: unknown): void {
    this.#onRefused(error);
  }
}
