import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../free-port.js';
import { Postmaster, type LaunchOptions } from './postmaster.js';
import { outwaitPredecessor } from './predecessor.js';

const attempts = 10;

/** Another process may take a free port between the look and the start. */
const portTaken = 'could not bind';
/** Children of a server that was killed need a moment to notice, and hold its memory until then. */
const remainsOfPredecessor = 'pre-existing shared memory block';

/**
 * Launches a server, again where the reason not to start goes away by itself.
 * @param options port 0: one that is free
 * @returns the server, and the port it listens on
 */
export async function launch(options: LaunchOptions): Promise<{ postmaster: Postmaster; port: number }> {
  await outwaitPredecessor(options.home.data);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port === 0 ? await freePort() : options.port;
    try {
      return { postmaster: await Postmaster.launch({ ...options, port }), port };
    } catch (error) {
      if (attempt === attempts || !passesByItself(error, options.port === 0)) throw error;
      await wait(100);
    }
  }
}

function passesByItself(error: unknown, anyPortWillDo: boolean): boolean {
  const words = error instanceof Error ? error.message : '';
  return words.includes(remainsOfPredecessor) || (anyPortWillDo && words.includes(portTaken));
}
