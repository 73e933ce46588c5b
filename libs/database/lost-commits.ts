/**
 * What this process knows of commits that are missing although their callers were told of them: a failover to a standby that
 * was behind, a restore, an older copy of the data.
 */
export abstract class LostCommits {
  /** @returns true where that was found less than so many seconds ago, and where it is not known yet */
  abstract mayBeRecent(withinSeconds: number): boolean;
}
