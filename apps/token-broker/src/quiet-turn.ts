import type { Clock } from '#kernel';

/** A turn of the event loop that took less has brought nothing. */
const quietMilliseconds = 0.03;
const mostTurns = 5_000;

/**
 * Does something at the end of a turn of the event loop that brought nothing, or after many turns. Connections that a
 * listener has not accepted when it is closed are reset: right after such a turn there are none, most likely.
 */
export async function inQuietTurn(clock: Clock, task: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    let turns = 0;
    let began = clock.monotonicMilliseconds();
    const look = (): void => {
      const now = clock.monotonicMilliseconds();
      turns += 1;
      if (now - began < quietMilliseconds || turns >= mostTurns) {
        task();
        resolve();
        return;
      }
      began = now;
      setImmediate(look);
    };
    setImmediate(look);
  });
}
