import 'reflect-metadata';
import { MessageChannel } from 'node:worker_threads';
import { ConfigInvalid, readOperatorConfig, type BrokerConfig } from '#config';
import { SystemClock } from '#kernel';
import { processLog, type LogOptions } from '#observability';
import { CliApplication } from './cli-application.js';
import { exitCodes, runCli, type CliRooms } from './doors/cli/index.js';

/**
 * A reader may close the pipe early (`| head`): that is no failure. An answer that the system refuses, for a full disk for
 * example, is one: the command may have changed something.
 */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  processLog(2).write(`The answer cannot be written: ${error.code ?? 'unknown'}\n`);
  process.exit(exitCodes.failed);
});
// Progress and hints that nobody reads hold no command up.
process.stderr.on('error', () => undefined);

/** The clock's timers keep no process alive: a command that waits does. */
const running = new MessageChannel();
running.port1.on('message', () => undefined);
process.exitCode = await main(process.argv.slice(2));
running.port1.close();

async function main(args: readonly string[]): Promise<number> {
  const interrupted = interruption();
  let application: CliApplication | null = null;
  const open = async (): Promise<CliRooms> => {
    const { config, from } = readOperatorConfig();
    if (from !== null) process.stderr.write(`Working on what \`npm start\` runs: ${from}\n`);
    application ??= await CliApplication.open(config, logOptions(config));
    return application.rooms;
  };
  const { stdin, stdout, stderr } = process;
  const code = await runCli(args, {
    streams: { stdin, stdout, stderr },
    signal: interrupted,
    clock: new SystemClock(),
    open,
    exitCodeOf: (error) => (error instanceof ConfigInvalid ? exitCodes.usage : null),
  });
  await (application as CliApplication | null)?.close();
  return code;
}

/** Standard output is for the answer. What a broker tells of its ordinary life is no news here. */
function logOptions({ logLevel }: BrokerConfig): LogOptions {
  return { level: logLevel === 'info' ? 'warn' : logLevel, destination: processLog(2) };
}

/** The first Ctrl-C lets what is under way come to its end; the second does not. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const end = (): void => {
    if (interrupted.signal.aborted) process.exit(exitCodes.interrupted);
    interrupted.abort();
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  return interrupted.signal;
}
