import type { Caller } from './caller.js';

/** Counts who was handed which connection's token. */
export abstract class HandOuts {
  /**
   * To be called for each answer that carries a token. Stands in the way of every read: never waits, never throws, asks
   * nothing of the database; what was counted is written later, by `AccessUpkeep`.
   */
  abstract count(caller: Caller, connectionId: string, fingerprint: string): void;
}
