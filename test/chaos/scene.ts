import type { CuttableLink } from './cuttable-link.js';
import type { DeskeraProcess } from './deskera-process.js';
import type { DeskeraStory } from './deskera-story.js';
import type { Findings } from './findings.js';
import type { Random } from './random.js';
import type { Replica } from './replica.js';
import type { Slot } from './slot.js';
import type { LocalPostgres } from '../../apps/local/src/postgres/index.js';

/** All that a run is made of. */
export interface Scene {
  readonly replicas: readonly Replica[];
  /** The network between each replica and PostgreSQL. */
  readonly links: readonly CuttableLink[];
  readonly postgres: LocalPostgres;
  readonly databaseUrl: string;
  /** `DATA_DIR` of all replicas. */
  readonly dataFolder: string;
  readonly deskera: DeskeraProcess;
  readonly story: DeskeraStory;
  readonly slots: readonly Slot[];
  readonly findings: Findings;
  readonly adminKey: string;
  /** For what is not part of the schedule: who reads what, and where. */
  readonly random: Random;
  readonly report: (line: string) => void;
}
