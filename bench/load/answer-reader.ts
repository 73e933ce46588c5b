const endOfHead = Buffer.from('\r\n\r\n');
const lengthHeader = /\r\ncontent-length: (\d+)/i;

/**
 * Reads answers off a socket with as little work as an honest look at each allows: its status, its length, and that all
 * of it has come. One request at a time is under way.
 */
export class AnswerReader {
  #held: Buffer | null = null;
  /** Bytes of the body that are still to come; null: the head is. */
  #missing: number | null = null;

  /**
   * @returns whether the answer is complete with this chunk
   * @throws where it is none, or another than 200
   */
  isWholeWith(chunk: Buffer): boolean {
    if (this.#missing !== null) return this.#countOff(chunk.length);
    const bytes = this.#held === null ? chunk : Buffer.concat([this.#held, chunk]);
    const end = bytes.indexOf(endOfHead);
    if (end === -1) {
      this.#held = bytes;
      return false;
    }
    this.#held = null;
    const head = bytes.toString('latin1', 0, end + 2);
    if (!head.startsWith('HTTP/1.1 200 '))
      throw new Error(`an answer is ${bytes.toString('latin1', 0, 500)}`);
    const [, length] = lengthHeader.exec(head) ?? [];
    if (length === undefined) throw new Error('an answer tells no length');
    this.#missing = Number(length);
    return this.#countOff(bytes.length - end - endOfHead.length);
  }

  #countOff(arrived: number): boolean {
    this.#missing = (this.#missing ?? 0) - arrived;
    if (this.#missing < 0) throw new Error('more came than an answer');
    if (this.#missing > 0) return false;
    this.#missing = null;
    return true;
  }
}
