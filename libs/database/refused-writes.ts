/** What this process has seen of a database that reads and does not write: a standby, a disk that is full. */
export abstract class RefusedWrites {
  /** On the monotonic clock; -Infinity: none was refused so far. */
  abstract lastAt(): number;
}
