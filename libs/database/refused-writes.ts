/** Records when the database refused to write, as a standby or a full disk does. */
export abstract class RefusedWrites {
  /** Monotonic milliseconds of the last refused write; -Infinity if there was none. */
  abstract lastAt(): number;
}
