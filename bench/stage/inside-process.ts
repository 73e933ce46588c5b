/** Loaded into a program that is weighed: it changes nothing of what that does, and tells what it holds when asked. */
import { memoryUsage } from 'node:process';

process.on('message', (question) => {
  if (question !== 'what do you hold') return;
  // The second one takes what the finalizers of the first let go.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = memoryUsage();
  process.send?.({ used: heapUsed + external });
});
process.once('disconnect', () => process.exit(1));
