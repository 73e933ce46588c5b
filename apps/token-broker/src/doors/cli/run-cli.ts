import { CommanderError } from 'commander';
import { Failure, type Clock } from '#kernel';
import type { CliRooms } from './cli-rooms.js';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.js';
import { wordsOf } from './import/line-parser.js';
import { buildProgram } from './program.js';
import { Terminal, type Streams } from './terminal.js';

export interface CliSurroundings {
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** @throws Failure, or an error whose message is for the operator */
  readonly open: () => Promise<CliRooms>;
  /** What an error of the settings or the schema means; null for one that nobody expected. */
  readonly exitCodeOf: (error: unknown) => ExitCode | null;
}

/** Runs the command that the arguments name. Nothing is thrown: how it ended is the code, and was told. */
export async function runCli(args: readonly string[], surroundings: CliSurroundings): Promise<ExitCode> {
  const { streams, signal, clock, open } = surroundings;
  const terminal = new Terminal(streams, args.includes('--json'));
  let code: ExitCode = exitCodes.ok;
  const program = buildProgram(async (command, options) => {
    code = await command({ terminal, signal, clock, rooms: open }, options);
  });
  for (const each of [program, ...program.commands])
    each.exitOverride().configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return tell(error, terminal, surroundings);
  }
}

async function tell(
  error: unknown,
  terminal: Terminal,
  { exitCodeOf: known }: CliSurroundings,
): Promise<ExitCode> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    // Its sentence is on standard error already.
    if (terminal.json) await terminal.document(document('invalid_usage', error.message));
    return exitCodes.usage;
  }
  const failure = error instanceof Failure ? error : null;
  const message = failure === null ? messageOf(error) : wordsOf(failure);
  const code = failure === null ? (known(error) ?? exitCodes.failed) : exitCodeOf(failure.code);
  const word = code === exitCodes.usage ? 'invalid_settings' : 'failed';
  terminal.note(message);
  if (terminal.json) await terminal.document(document(failure?.code ?? word, message));
  return code;
}

function document(code: string, message: string) {
  return { error: { code, message } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
