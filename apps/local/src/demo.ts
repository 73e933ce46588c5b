import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stderr, stdout } from 'node:process';
import { tellStory } from './demo/story.js';
import { startEverything } from './everything.js';

/** `npm run demo`: free ports, a database that is thrown away, and nobody needed to click. */
async function run(): Promise<void> {
  stdout.write('Starting PostgreSQL, the Deskera sandbox and the broker …\n');
  const everything = await startEverything({
    folder: await mkdtemp(join(tmpdir(), 'token-broker-demo-')),
    brokerPort: 0,
    sandboxPort: 0,
    host: '127.0.0.1',
    disposable: true,
  });
  try {
    await tellStory(everything);
    stdout.write(`\nAll as it should be, after ${(performance.now() / 1000).toFixed(1)} s.\n`);
  } catch (error) {
    stderr.write(`\nThe end of the broker's log:\n${await everything.brokersLastWords()}\n`);
    throw error;
  } finally {
    await everything.stop();
  }
}

await run().catch((error: unknown) => {
  process.exitCode = 1;
  stderr.write(`\n✗ ${error instanceof Error ? error.message : String(error)}\n`);
});
