import { once } from 'node:events';
import { env, stderr, stdout } from 'node:process';
import { startEverything } from './everything.js';
import { newConnectLink } from './first-link.js';
import { welcome } from './welcome.js';

/** Everything on this machine, until Ctrl-C. Its data are kept. */
async function run(): Promise<void> {
  stdout.write('Starting PostgreSQL, the Deskera sandbox and the broker …\n');
  const everything = await startEverything({
    folder: env['DATA_DIR'] ?? '.data',
    brokerPort: Number(env['PORT'] ?? 3000),
    sandboxPort: Number(env['SANDBOX_PORT'] ?? 4000),
    host: env['HOST'] ?? '127.0.0.1',
    disposable: false,
  });
  const asked = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => null);
  // Asked a second time, it goes on stopping: cutting it short would help nobody.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
  stdout.write(welcome(everything, await newConnectLink(everything), performance.now() / 1000));

  const brokersEnd = await Promise.race([asked, everything.brokerEnded]);
  if (brokersEnd !== null) {
    process.exitCode = 1;
    stderr.write(`\nThe broker ended (${brokersEnd}):\n${await everything.brokersLastWords()}\n`);
  }
  stdout.write('\nStopping …\n');
  await everything.stop();
  stdout.write('Stopped.\n');
}

await run().catch((error: unknown) => {
  process.exitCode = 1;
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
});
