import type { Readable } from 'node:stream';

const fatal = 60;
const error = 50;
const mostKept = 30;
const mostRecent = 20_000;
const mostLastWords = 12;
/** In the broker's words. */
const spooled = 'is in the spool until';
const defect = /unhandled|uncaught|A defect|MaxListenersExceeded/i;

/** Reads what a broker writes, line by line, and keeps only what should not be there. */
export class LogWatch {
  /** Unhandled rejections, uncaught exceptions, fatal lines, warnings of Node itself. */
  readonly defects: string[] = [];
  readonly errors: string[] = [];
  /** The newest lines, for whoever looks for the story of one connection. */
  #recent: string[] = [];
  defectCount = 0;
  errorCount = 0;
  /** Grants that the database could not take. */
  spooledCount = 0;

  watch(name: string, stream: Readable | null): void {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#read(name, line);
    });
  }

  /** What was written last, for whoever asks why a process ended. */
  get lastWords(): readonly string[] {
    return this.#recent.slice(-mostLastWords);
  }

  hasSpooled(connectionId: string): boolean {
    return this.#recent.some((line) => line.includes(spooled) && line.includes(connectionId));
  }

  linesOf(connectionId: string): readonly string[] {
    return this.#recent.filter((line) => line.includes(connectionId));
  }

  #read(name: string, line: string): void {
    this.#recent.push(`${name}: ${line.slice(0, 400)}`);
    if (this.#recent.length > mostRecent * 1.1) this.#recent = this.#recent.slice(-mostRecent);
    if (line.includes(spooled)) this.spooledCount += 1;
    const level = Number(/"level":(\d+)/.exec(line)?.[1] ?? '0');
    if (level >= fatal || defect.test(line)) {
      this.defectCount += 1;
      if (this.defects.length < mostKept) this.defects.push(`${name}: ${line.slice(0, 800)}`);
    } else if (level >= error) {
      this.errorCount += 1;
      if (this.errors.length < mostKept) this.errors.push(`${name}: ${line.slice(0, 400)}`);
    }
  }
}
