import { join } from 'node:path';
import type { CredentialSealer } from '#crypto';
import type { Clock } from '#kernel';
import type { GrantSpool } from '../grant-spool.js';
import type { SiteGuard } from '#vault';
import { EntrySeal } from './entry-seal.js';
import { FolderSpool } from './folder-spool.js';
import { MachineDisk, type SpoolDisk } from './spool-disk.js';
import { SpoolFolder } from './spool-folder.js';
import { SpoolSeals } from './spool-seals.js';

/**
 * The spool in `spool/` of a data folder. Touches the disk only when it is used, so that a folder that can't be written
 * keeps no broker from starting.
 */
export function openGrantSpool(
  dataFolder: string,
  sealer: CredentialSealer,
  sites: SiteGuard,
  clock: Clock,
  disk: SpoolDisk = new MachineDisk(),
): GrantSpool {
  return new FolderSpool(folderIn(dataFolder, clock, disk), new EntrySeal(sealer, sites, clock), clock);
}

export function openSpoolSeals(dataFolder: string, sealer: CredentialSealer, clock: Clock): SpoolSeals {
  return new SpoolSeals(folderIn(dataFolder, clock, new MachineDisk()), sealer);
}

function folderIn(dataFolder: string, clock: Clock, disk: SpoolDisk): SpoolFolder {
  return new SpoolFolder(join(dataFolder, 'spool'), disk, clock);
}
