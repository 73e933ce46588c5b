/** Uses the processor when it is told to, in one task or in several: `whole`, `parts`. */
import { AsyncResource } from 'node:async_hooks';
import process, { threadCpuUsage } from 'node:process';

const partMilliseconds = 20;
const parts = 4;

process.on('message', (word) => {
  if (word === 'whole') void inOneTask();
  if (word === 'parts') inSeveral(parts);
});
process.once('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');

/** One part after the other, as ticks, microtasks and calls in another's name: nobody has a turn in between. */
async function inOneTask(): Promise<void> {
  use();
  await Promise.resolve();
  new AsyncResource('bench').runInAsyncScope(use);
  await new Promise<void>((resolve) => {
    process.nextTick(() => {
      use();
      resolve();
    });
  });
  use();
  process.send?.('done');
}

function inSeveral(left: number): void {
  if (left === 0) {
    process.send?.('done');
    return;
  }
  use();
  setImmediate(inSeveral, left - 1);
}

function use(): void {
  const from = threadCpuUsage();
  for (;;) {
    const { user, system } = threadCpuUsage(from);
    if (user + system >= partMilliseconds * 1_000) return;
  }
}
