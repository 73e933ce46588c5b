import { setTimeout as wait } from 'node:timers/promises';

/** Waits until the condition holds; fails where it does not in time. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  milliseconds = 20_000,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it never came true');
    await wait(25);
  }
}
