import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import Table from 'cli-table3';
import { withoutControls } from './plain-cells.js';

type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface Streams {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Where a command's answer goes: standard output. All else (progress, hints, the log) goes to standard error. */
export class Terminal {
  constructor(
    readonly streams: Streams,
    /** The answer is one JSON document, for a script. */
    readonly json: boolean,
  ) {}

  get isInteractive(): boolean {
    return this.streams.stdout.isTTY === true && !this.json;
  }

  /** One JSON document, on a line of its own. */
  document(document: unknown): Promise<void> {
    return this.write(`${JSON.stringify(document)}\n`);
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
    const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
    table.push(...rows.map((row) => row.map(withoutControls)));
    return this.write(`${table.toString()}\n`);
  }

  line(text: string): Promise<void> {
    return this.write(`${withoutControls(text)}\n`);
  }

  /** For the person who waits; never part of the answer. */
  note(text: string): void {
    this.streams.stderr.write(`${withoutControls(text)}\n`);
  }

  /** A slow reader holds the command up, so that nothing piles up in memory. */
  async write(text: string): Promise<void> {
    if (!this.streams.stdout.write(text)) await once(this.streams.stdout, 'drain');
  }
}
