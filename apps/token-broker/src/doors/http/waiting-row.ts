import type { IncomingMessage } from 'node:http';

/** How many requests of one connection wait behind the one that is being answered. */
const mostRequests = 100;
/** Node.js has read what waits: in one row, and in all rows of a listener. */
const mostBytes = 256 * 1_024;
const mostBytesOfAll = 32 * 1_024 * 1_024;
/** Node.js reads no more of a body that nobody takes; a body whose length is not known counts as this many bytes. */
const mostOfBody = 64 * 1_024;

/** The requests of one connection that wait for their turn. */
export class WaitingRow {
  #requests = 0;
  #bytes = 0;
  #isOver = false;

  constructor(private readonly all: WaitingRows) {}

  /** Whether a request found no room: the connection ends, and none that follows is looked at. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** @returns gives the room back; null where there is none */
  enter(request: IncomingMessage): (() => void) | null {
    const bytes = bytesOf(request);
    const hasRoom = this.#requests < mostRequests && this.#bytes + bytes <= mostBytes;
    if (this.#isOver || !hasRoom || !this.all.hold(bytes)) {
      this.#isOver = true;
      return null;
    }
    this.#requests += 1;
    this.#bytes += bytes;
    return () => {
      this.#requests -= 1;
      this.#release(bytes);
    };
  }

  /** The connection has ended: nothing in its row will be answered. */
  end(): void {
    this.#isOver = true;
    this.#release(this.#bytes);
  }

  #release(bytes: number): void {
    // What was released at the connection's end is not released again.
    const held = Math.min(bytes, this.#bytes);
    this.#bytes -= held;
    this.all.release(held);
  }
}

/** The rows of all connections of a listener. */
export class WaitingRows {
  #bytes = 0;

  hold(bytes: number): boolean {
    if (this.#bytes + bytes > mostBytesOfAll) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

function bytesOf({ url = '', rawHeaders, headers }: IncomingMessage): number {
  const head = rawHeaders.reduce((sum, { length }) => sum + length, url.length);
  return head + bodyOf(headers);
}

function bodyOf(headers: IncomingMessage['headers']): number {
  if (headers['transfer-encoding'] !== undefined) return mostOfBody;
  return Math.min(Number(headers['content-length'] ?? 0), mostOfBody);
}
