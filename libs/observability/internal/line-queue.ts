const mostCharacters = 1024 * 1024;
const chunkCharacters = 64 * 1024;

/** Several lines, written together. */
export interface Chunk {
  readonly bytes: Buffer;
  readonly lines: number;
  /** How many dropped lines its notes tell of. */
  readonly noted: number;
}

interface Note {
  readonly noted: number;
}

/** Lines that wait to be written, in order and bounded: a line that finds no room is dropped and counted. */
export class LineQueue {
  #entries: (string | Note)[] = [];
  #from = 0;
  #characters = 0;
  /** Dropped, and not yet in a note. */
  #untold = 0;

  constructor(
    private readonly noteOf: (lines: number) => string,
    private readonly onDropped: (lines: number) => void,
  ) {}

  get isEmpty(): boolean {
    return this.#from >= this.#entries.length && this.#untold === 0;
  }

  add(line: string): void {
    if (this.#characters + line.length > mostCharacters) {
      this.#count(1);
      return;
    }
    this.#addNote();
    this.#entries.push(line);
    this.#characters += line.length;
  }

  /** @param midLine whether half a line was written last: its rest is dropped, and the next line starts on its own */
  take(midLine: boolean): Chunk | null {
    if (this.#from >= this.#entries.length) this.#addNote();
    if (this.#from >= this.#entries.length) return null;
    let text = midLine ? '\n' : '';
    let lines = 0;
    let noted = 0;
    while (this.#from < this.#entries.length && text.length < chunkCharacters) {
      const entry = this.#entries[this.#from++] ?? '';
      if (typeof entry === 'string') {
        text += entry;
        this.#characters -= entry.length;
        lines++;
      } else {
        text += this.noteOf(entry.noted);
        noted += entry.noted;
      }
    }
    this.#compact();
    return { bytes: Buffer.from(text), lines, noted };
  }

  /** Drops what was not written of a chunk. Its notes are told again. */
  drop({ bytes, lines, noted }: Chunk, written: number): void {
    const complete = lineEndsIn(bytes.subarray(0, written));
    this.#untold += noted;
    this.#count(Math.max(lines - complete, 0));
  }

  #count(lines: number): void {
    if (lines === 0) return;
    this.#untold += lines;
    this.onDropped(lines);
  }

  #addNote(): void {
    if (this.#untold === 0) return;
    this.#entries.push({ noted: this.#untold });
    this.#untold = 0;
  }

  #compact(): void {
    if (this.#from < this.#entries.length && this.#from < 1_024) return;
    this.#entries = this.#entries.slice(this.#from);
    this.#from = 0;
  }
}

function lineEndsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}
