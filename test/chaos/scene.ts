import type { CuttableLink } from './cuttable-link.js';
import type { Databases } from './databases.js';
import type { DeskeraProcess } from './deskera-process.js';
import type { DeskeraStory } from './deskera-story.js';
import type { Findings } from './findings.js';
import type { Losses } from './losses.js';
import type { Random } from './random.js';
import type { Replica } from './replica.js';
import type { ServerClock } from './server-clock.js';
import type { Slot } from './slot.js';

export interface Orphan {
  /** The name of the process. */
  readonly caller: string;
  readonly orgId: string;
}

/** All that a run is made of. */
export interface Scene {
  readonly replicas: readonly Replica[];
  /** The network between each replica and PostgreSQL. */
  readonly links: readonly CuttableLink[];
  readonly databases: Databases;
  /** What failovers lost. */
  readonly losses: Losses;
  /** Null where the servers' clock can't be stepped. */
  readonly clock: ServerClock | null;
  /** Each `DATA_DIR`: one that all replicas share, or one for each of them. */
  readonly dataFolders: readonly string[];
  /** Answers that lay in a shared spool when the process that they came to was killed. */
  readonly orphans: Orphan[];
  readonly deskera: DeskeraProcess;
  readonly story: DeskeraStory;
  readonly slots: readonly Slot[];
  readonly findings: Findings;
  readonly adminKey: string;
  /** For what is not part of the schedule: who reads what, and where. */
  readonly random: Random;
  readonly report: (line: string) => void;
}
