/**
 * Tells whether acknowledged commits may be missing: after a failover to a standby that was behind, a restore, or an
 * older copy of the data.
 */
export abstract class LostCommits {
  /** @returns true if a loss was found within the last seconds, or if it is not known yet */
  abstract mayBeRecent(withinSeconds: number): boolean;
}
