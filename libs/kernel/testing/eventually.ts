import { setTimeout as wait } from 'node:timers/promises';

/** Far more than a busy machine needs: a test that is about time measures it, and has no shorter deadline here. */
const patienceMilliseconds = 120_000;

/**
 * Waits until the condition holds.
 * @param milliseconds only where more than the usual patience is needed
 * @throws where it does not hold in time
 */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  milliseconds = patienceMilliseconds,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it never came true');
    await wait(25);
  }
}
