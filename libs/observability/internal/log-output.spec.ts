import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { LogOutput } from './log-output.js';

const noteOf = (lines: number): string => `(${String(lines)} dropped)\n`;

describe('the output of the log', () => {
  let folder: string;
  let opened: number[];
  let dropped: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'log-output-'));
    opened = [];
    dropped = 0;
  });

  afterEach(() => {
    for (const descriptor of opened) closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });

  function open(path: string, flags: number): number {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  }

  function outputTo(descriptor: number): LogOutput {
    return new LogOutput({
      descriptor,
      clock: new SystemClock(),
      noteOf,
      onDropped: (lines) => {
        dropped += lines;
      },
    });
  }

  /** A pipe with both of its ends. */
  function pipe(): { readonly reader: number; readonly writer: number } {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const reader = open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { reader, writer: open(path, constants.O_WRONLY) };
  }

  it('writes every line to a file in order', async () => {
    const path = join(folder, 'log');
    writeFileSync(path, '');
    const output = outputTo(open(path, constants.O_WRONLY | constants.O_APPEND));
    const lines = Array.from({ length: 5_000 }, (_, index) => `line ${String(index)}\n`);
    for (const line of lines) output.write(line);
    await output.flush(20_000);
    expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
    expect(dropped).toBe(0);
  });

  it('keeps a bounded number of lines while the reader stands still, and says afterwards how many it dropped', async () => {
    const { reader, writer } = pipe();
    const output = outputTo(writer);
    const line = `${'x'.repeat(99)}\n`;
    for (let turn = 0; turn < 50; turn++) {
      for (let count = 0; count < 1_000; count++) output.write(line);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(dropped).toBeGreaterThan(30_000);
    let text = '';
    const read = (): boolean => {
      text += textOf(reader);
      return /\(\d+ dropped\)\n$/.test(text);
    };
    await eventually(async () => read());
    expect(text).toContain(`(${String(dropped)} dropped)\n`);
    expect(text.split('\n').filter((each) => each === line.trim())).toHaveLength(50_000 - dropped);
  });

  it('drops and counts at once what a full disk refuses', async () => {
    const output = outputTo(open('/dev/full', constants.O_WRONLY));
    for (let count = 0; count < 10; count++) output.write('a line\n');
    await output.flush(20_000);
    expect(dropped).toBe(10);
    expect(output.flushAtExit(200)).toBe(true);
  });

  it('drops and counts what a closed pipe refuses', async () => {
    const { reader, writer } = pipe();
    const output = outputTo(writer);
    closeSync(reader);
    opened.splice(opened.indexOf(reader), 1);
    output.write('a line\n');
    await output.flush(20_000);
    expect(dropped).toBe(1);
  });

  it('writes at exit what is left, and gives up in time where nobody reads', () => {
    const { reader, writer } = pipe();
    const output = outputTo(writer);
    output.write('last words\n');
    expect(output.flushAtExit(20_000)).toBe(true);
    expect(textOf(reader)).toBe('last words\n');
    for (let count = 0; count < 5_000; count++) output.write(`${'x'.repeat(99)}\n`);
    const from = performance.now();
    expect(output.flushAtExit(100)).toBe(true);
    expect(performance.now() - from).toBeGreaterThanOrEqual(100);
  });
});

/** What can be read now without waiting. */
function textOf(descriptor: number): string {
  const buffer = Buffer.alloc(1 << 20);
  let text = '';
  for (;;) {
    try {
      const length = readSync(descriptor, buffer);
      if (length === 0) return text;
      text += buffer.toString('utf8', 0, length);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return text;
      throw error;
    }
  }
}
