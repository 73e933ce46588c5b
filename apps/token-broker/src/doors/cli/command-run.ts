import type { Clock } from '#kernel';
import type { CliRooms } from './cli-rooms.js';
import type { ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** What a command may use while it runs. */
interface CommandRun {
  readonly terminal: Terminal;
  /** Ctrl-C: what is under way is finished, nothing new is begun. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Opens the broker's rooms on the settings of the environment; once. */
  rooms(): Promise<CliRooms>;
}

export type Command<Options> = (run: CommandRun, options: Options) => Promise<ExitCode>;
