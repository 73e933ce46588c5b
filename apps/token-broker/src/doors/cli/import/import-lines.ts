import { createHash } from 'node:crypto';

/** Two tokens at their longest, and room to spare. */
const longestLine = 65_536;

export interface ImportLine {
  /** From 1. */
  readonly number: number;
  /** Null: it is too long, and was not kept. */
  readonly text: string | null;
  /** Tells the line from every other, wherever it stands by then. */
  readonly hash: string;
  /** Of the file, up to the end of this line. */
  readonly bytes: number;
}

/** Reads line by line, never more than one of them in memory. Blank lines are left out. */
export async function* importLines(source: AsyncIterable<Buffer>): AsyncGenerator<ImportLine> {
  const reader = new LineReader();
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      reader.take(chunk.subarray(start, end));
      yield* reader.finish(1);
      start = end + 1;
    }
    reader.take(chunk.subarray(start));
  }
  yield* reader.finish(0);
}

class LineReader {
  #number = 0;
  #bytes = 0;
  #parts: Buffer[] = [];
  #length = 0;
  #hash = createHash('sha256');

  take(part: Buffer): void {
    this.#bytes += part.length;
    this.#length += part.length;
    this.#hash.update(part);
    if (this.#length <= longestLine) this.#parts.push(Buffer.from(part));
    else this.#parts = [];
  }

  /** @param endBytes of the line end */
  *finish(endBytes: number): Generator<ImportLine> {
    this.#bytes += endBytes;
    this.#number += 1;
    const text = this.#length > longestLine ? null : Buffer.concat(this.#parts).toString('utf8');
    const hash = this.#hash.digest('hex').slice(0, 32);
    const line = { number: this.#number, text, hash, bytes: this.#bytes };
    this.#parts = [];
    this.#length = 0;
    this.#hash = createHash('sha256');
    if (text?.trim() !== '') yield line;
  }
}
