import type { Clock } from '#kernel';

const quietTurns = 2;
const mostTurns = 100;

/**
 * Gives up when the time is over, but not before what had arrived by then was read: after a pause Node runs timers
 * before sockets, and an answer that came in time would be thrown away. So the loop gets further turns for as long as
 * they bring bytes.
 * @param bytesRead grows while bytes come in
 * @returns a function that calls it off
 */
export function startDeadline(
  clock: Clock,
  milliseconds: number,
  bytesRead: () => number,
  giveUp: () => void,
): () => void {
  let over = false;
  const cancel = clock.after(milliseconds, () => {
    turn(bytesRead(), quietTurns, mostTurns);
  });
  return () => {
    over = true;
    cancel();
  };

  function turn(readBefore: number, quietLeft: number, left: number): void {
    if (over) return;
    if (quietLeft === 0 || left === 0) {
      giveUp();
      return;
    }
    setImmediate(() => {
      const read = bytesRead();
      turn(read, read === readBefore ? quietLeft - 1 : quietTurns, left - 1);
    });
  }
}
