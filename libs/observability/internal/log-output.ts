import { writeSync, write as writeTo } from 'node:fs';
import type { Clock } from '#kernel';
import type { LogDestination } from '../log-options.js';
import { LineQueue, type Chunk } from './line-queue.js';
import { openOutput, type Output } from './output-descriptor.js';

const stalledRetryMilliseconds = 50;
const failedRetryMilliseconds = 1_000;
const exitPauseMilliseconds = 5;

export interface LogOutputOptions {
  readonly descriptor: number;
  readonly clock: Clock;
  /** The line that says how many lines were dropped, with its line end. */
  readonly noteOf: (lines: number) => string;
  /** Called with the number of lines that were just dropped. Must not throw. */
  readonly onDropped: (lines: number) => void;
}

/**
 * Writes lines to a descriptor that may be slow, full, closed or read by nobody. `write` never waits, never throws and keeps
 * a bounded number of bytes: what a reader does not take in time is dropped from the end, what the system refuses (a full
 * disk, a closed pipe) is dropped at once. Dropped lines are counted, and noted in the log as soon as it takes lines again.
 */
export class LogOutput implements LogDestination {
  readonly #queue: LineQueue;
  readonly #output: Output;
  #chunk: Chunk | null = null;
  #writtenOfChunk = 0;
  #isInFlight = false;
  #isPaused = false;
  #isScheduled = false;
  /** The last byte that was written is not a line end: a dropped chunk left half a line behind. */
  #isMidLine = false;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly options: LogOutputOptions) {
    this.#output = openOutput(options.descriptor);
    this.#queue = new LineQueue(options.noteOf, options.onDropped);
  }

  write(line: string): void {
    this.#queue.add(line);
    this.#schedule();
  }

  /** Resolves once all lines are written, or when the time is over. Never rejects. */
  async flush(milliseconds: number): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => {
      const cancel = this.options.clock.after(milliseconds, resolve);
      this.#waiting.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /**
   * For the end of the process: writes what is left, as far as the descriptor takes it in time.
   * @returns false where a write that was begun does not return: the process could not end by itself
   */
  flushAtExit(milliseconds: number): boolean {
    const { clock } = this.options;
    const end = clock.monotonicMilliseconds() + milliseconds;
    if (this.#output.mayBlock) return !this.#isInFlight;
    // The system has it already.
    if (this.#isInFlight) this.#chunk = null;
    while (this.#take() !== null && clock.monotonicMilliseconds() < end) {
      const failure = this.#writeNow();
      if (failure === null) continue;
      if (!isStalled(failure)) break;
      pause(exitPauseMilliseconds);
    }
    return true;
  }

  #isIdle(): boolean {
    return !this.#isInFlight && this.#chunk === null && this.#queue.isEmpty;
  }

  /** The lines of one turn of the event loop are written together. */
  #schedule(): void {
    if (this.#isInFlight || this.#isPaused || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (!this.#isInFlight && !this.#isPaused) this.#next();
    });
  }

  #take(): Chunk | null {
    if (this.#chunk === null) {
      this.#chunk = this.#queue.take(this.#isMidLine);
      this.#writtenOfChunk = 0;
    }
    return this.#chunk;
  }

  #next(): void {
    const chunk = this.#take();
    if (chunk === null) {
      this.#tellWaiting();
      return;
    }
    this.#isInFlight = true;
    writeTo(this.#output.descriptor, chunk.bytes, this.#writtenOfChunk, (error, written) => {
      this.#isInFlight = false;
      if (error === null) {
        this.#advance(written);
        this.#next();
      } else this.#fail(error);
    });
  }

  #advance(written: number): void {
    if (this.#chunk === null || written === 0) return;
    this.#writtenOfChunk += written;
    this.#isMidLine = this.#chunk.bytes[this.#writtenOfChunk - 1] !== lineEnd;
    if (this.#writtenOfChunk >= this.#chunk.bytes.length) this.#chunk = null;
  }

  #fail(error: NodeJS.ErrnoException): void {
    const stalled = isStalled(error);
    if (!stalled) this.#dropChunk();
    this.#isPaused = true;
    this.options.clock.after(stalled ? stalledRetryMilliseconds : failedRetryMilliseconds, () => {
      this.#isPaused = false;
      this.#schedule();
    });
    if (!stalled) this.#tellWaiting();
  }

  #dropChunk(): void {
    if (this.#chunk !== null) this.#queue.drop(this.#chunk, this.#writtenOfChunk);
    this.#chunk = null;
  }

  #writeNow(): NodeJS.ErrnoException | null {
    if (this.#chunk === null) return null;
    try {
      this.#advance(writeSync(this.#output.descriptor, this.#chunk.bytes, this.#writtenOfChunk));
      return null;
    } catch (error) {
      return error as NodeJS.ErrnoException;
    }
  }

  #tellWaiting(): void {
    for (const tell of this.#waiting.splice(0)) tell();
  }
}

const lineEnd = 0x0a;

function isStalled({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EAGAIN' || code === 'EBUSY' || code === 'EINTR';
}

/** The event loop does not turn any more. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
