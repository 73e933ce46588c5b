import { Logger, type LoggerService } from '@nestjs/common';

/** What Nest's loggers are given between `start` and `stop`, by level. */
export class RecordedLines implements LoggerService {
  readonly #lines: { readonly level: string; readonly text: string }[] = [];

  static start(): RecordedLines {
    const lines = new RecordedLines();
    Logger.overrideLogger(lines);
    return lines;
  }

  stop(): void {
    Logger.overrideLogger(false);
  }

  of(level: 'log' | 'warn' | 'error'): readonly string[] {
    return this.#lines.filter((line) => line.level === level).map(({ text }) => text);
  }

  log(message: unknown): void {
    this.#lines.push({ level: 'log', text: String(message) });
  }

  warn(message: unknown): void {
    this.#lines.push({ level: 'warn', text: String(message) });
  }

  error(message: unknown): void {
    this.#lines.push({ level: 'error', text: String(message) });
  }
}
