import { Logger, type LoggerService } from '@nestjs/common';

/** What Nest's loggers were given since `start`, by level. */
export class RecordedLogs implements LoggerService {
  readonly lines: { readonly level: string; readonly message: string }[] = [];

  static start(): RecordedLogs {
    const logs = new RecordedLogs();
    Logger.overrideLogger(logs);
    return logs;
  }

  /** For what writes lines that the test is not about. */
  static silence(): void {
    Logger.overrideLogger(false);
  }

  stop(): void {
    RecordedLogs.silence();
  }

  of(level: string): readonly string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }

  log(message: unknown): void {
    this.#keep('log', message);
  }

  warn(message: unknown): void {
    this.#keep('warn', message);
  }

  error(message: unknown): void {
    this.#keep('error', message);
  }

  #keep(level: string, message: unknown): void {
    this.lines.push({ level, message: String(message) });
  }
}
