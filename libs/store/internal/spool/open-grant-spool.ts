import { join } from 'node:path';
import type { CredentialSealer } from '#crypto';
import type { Clock } from '#kernel';
import type { GrantSpool } from '../../grant-spool.js';
import { EntrySeal } from './entry-seal.js';
import { FolderSpool } from './folder-spool.js';
import { MachineDisk, type SpoolDisk } from './spool-disk.js';
import { SpoolFolder } from './spool-folder.js';

/**
 * The spool in `spool/` of a data folder. Touches the disk only when it is used, so that a folder that can't be written
 * keeps no broker from starting.
 */
export function openGrantSpool(
  dataFolder: string,
  sealer: CredentialSealer,
  clock: Clock,
  disk: SpoolDisk = new MachineDisk(),
): GrantSpool {
  const folder = new SpoolFolder(join(dataFolder, 'spool'), disk, clock);
  return new FolderSpool(folder, new EntrySeal(sealer, clock), clock);
}
