import type { MemoryFolder } from './memory-spool.js';

/** What a process runs on; its successor runs there too. */
export interface Machine {
  /** The folder of its spool; where it is shared, both machines have the same. */
  readonly folder: MemoryFolder;
  /** `full`: it takes nothing new; `gone`: it can't even be looked at. */
  disk: 'works' | 'full' | 'gone';
  /** Its statements do not get to the database, whoever else's do. */
  isCut: boolean;
  /** The database reads for it, and refuses to write. */
  isReadOnly: boolean;
  /** It has no key for the entries of the spool that it finds there. */
  lacksKey: boolean;
  /**
   * Until when it needs to store what it held while it was cut, in milliseconds of the world; Infinity where it stands
   * still before it has.
   */
  storesUntil: number;
}
