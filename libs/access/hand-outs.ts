import type { Caller } from './caller.js';

/** Counts hand-outs of tokens. */
export abstract class HandOuts {
  /**
   * Counts one answer that carries a token. Every read calls it, so it never waits, throws or uses the database;
   * `AccessUpkeep` writes the counts later.
   */
  abstract count(caller: Caller, connectionId: string, fingerprint: string): void;
}
