import { SingleBar } from 'cli-progress';
import type { Clock } from '#kernel';
import type { Terminal } from './terminal.js';

const lineEveryMilliseconds = 10_000;

/** How far a long work is, on standard error: a bar for a person, a line now and then where nobody looks. */
export interface Progress {
  update(done: number, total: number, words: string): void;
  end(): void;
}

export function progressOn(terminal: Terminal, clock: Clock): Progress {
  return terminal.streams.stderr.isTTY === true ? new Bar(terminal) : new Lines(terminal, clock);
}

class Bar implements Progress {
  readonly #bar: SingleBar;
  #started = false;

  constructor({ streams }: Terminal) {
    this.#bar = new SingleBar({
      stream: streams.stderr,
      format: '{bar} {percentage} %  {words}',
      hideCursor: true,
      clearOnComplete: false,
      gracefulExit: false,
    });
  }

  update(done: number, total: number, words: string): void {
    if (!this.#started) this.#bar.start(Math.max(total, 1), 0, { words });
    this.#started = true;
    this.#bar.setTotal(Math.max(total, done, 1));
    this.#bar.update(done, { words });
  }

  end(): void {
    if (this.#started) this.#bar.stop();
  }
}

class Lines implements Progress {
  #toldAt = -Infinity;

  constructor(
    private readonly terminal: Terminal,
    private readonly clock: Clock,
  ) {}

  update(done: number, total: number, words: string): void {
    const now = this.clock.monotonicMilliseconds();
    if (now - this.#toldAt < lineEveryMilliseconds) return;
    this.#toldAt = now;
    this.terminal.note(`${String(Math.floor((100 * done) / Math.max(total, done, 1)))} %  ${words}`);
  }

  end(): void {
    return;
  }
}
