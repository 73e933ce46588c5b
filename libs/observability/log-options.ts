/** Receives finished lines, each with its line end. */
export interface LogDestination {
  write(line: string): void;
}

/** Filled from configuration by the application's module. */
export abstract class LogOptions {
  abstract readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Standard output if omitted. */
  readonly destination?: LogDestination;
}
