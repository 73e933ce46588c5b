import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testSealer } from '#crypto/testing';
import type { Clock } from '#kernel';
import { ManualClock } from '#kernel/testing';
import type { GrantSpool, SpooledGrant } from '../grant-spool.js';
import { openGrantSpool } from '../internal/open-grant-spool.js';
import { testSites } from './test-sites.js';
import { FaultyDisk } from './faulty-disk.js';

/** One data folder, and as many processes' spools on it as a spec wants. */
export class SpoolBench {
  readonly clock = new ManualClock();

  private constructor(readonly dataFolder: string) {}

  static async make(): Promise<SpoolBench> {
    return new SpoolBench(await mkdtemp(join(tmpdir(), 'spool-')));
  }

  get folder(): string {
    return join(this.dataFolder, 'spool');
  }

  open(disk = new FaultyDisk(), clock: Clock = this.clock, ...keyIds: readonly string[]): GrantSpool {
    return openGrantSpool(this.dataFolder, testSealer(...keyIds), testSites(), clock, disk);
  }

  /** Names in the folder, sorted; none where there is no folder; those in `unreadable` with that before them. */
  async files(): Promise<readonly string[]> {
    const names = existsSync(this.folder) ? await readdir(this.folder, { recursive: true }) : [];
    return names.filter((name) => name !== 'unreadable').sort();
  }

  async remove(): Promise<void> {
    await rm(this.dataFolder, { recursive: true, force: true });
  }
}

/** Keeps what a replay hands over. */
export class Handled {
  readonly grants: SpooledGrant[] = [];

  readonly handler = (grant: SpooledGrant): Promise<void> => {
    this.grants.push(grant);
    return Promise.resolve();
  };

  get tokens(): readonly string[] {
    return this.grants.map(({ grant }) => grant.token.reveal());
  }
}
