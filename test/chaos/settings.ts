/** The times everything here runs with: short, so that a minute holds many lives of a token. */
export const times = {
  deskeraTimeoutSeconds: 2,
  /** Two of the longest times a caller waits. */
  leaseSeconds: 4,
  /** A call is read for three of those times. */
  longestCallSeconds: 6,
  takeoverSeconds: 15,
  tokenLifeSeconds: 30,
  refreshMarginSeconds: 10,
  checkIntervalSeconds: 10,
  serveWithoutDatabaseSeconds: 3,
  shutdownGraceSeconds: 2,
  /** What the contract promises of a disconnect, a reconnect and a known-bad verdict. */
  forgottenWithinSeconds: 1,
} as const;

export const replicaCount = 3;
/** The last replica is never killed: what grows is seen in a process that lives long. */
export const undyingReplica = replicaCount - 1;

/** Of the short run among the tests. */
export const testedSeed = 1;
export const testedSeconds = 60;
