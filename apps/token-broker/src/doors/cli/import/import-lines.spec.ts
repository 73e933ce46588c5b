import { describe, expect, it } from '@jest/globals';
import { importLines, type ImportLine } from './import-lines.js';

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<ImportLine[]> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: ImportLine[] = [];
  for await (const line of importLines(source())) lines.push(line);
  return lines;
}

describe('the lines of an import', () => {
  it('are the same however they arrive', async () => {
    const text = 'one é\n\n  \r\ntwo\nthree';
    const whole = await linesOf(text);
    expect(whole.map(({ number, text: line }) => [number, line])).toEqual([
      [1, 'one é'],
      [4, 'two'],
      [5, 'three'],
    ]);
    expect(await linesOf(...Array.from(Buffer.from(text), (byte) => Buffer.of(byte)))).toEqual(whole);
    expect(whole.at(-1)?.bytes).toBe(Buffer.byteLength(text));
  });

  it('are known by what is in them, not by where they stand', async () => {
    const [a, b] = await linesOf('a\nb\n');
    const [first, second] = await linesOf('b\na');
    expect([first?.hash, second?.hash]).toEqual([b?.hash, a?.hash]);
    expect(a?.hash).not.toBe(b?.hash);
  });

  it('are not kept where they have no end, and the next one is read', async () => {
    const long = Array.from({ length: 100 }, () => 'x'.repeat(1_000));
    const [first, second] = await linesOf(...long, '\nshort\n');
    expect(first).toMatchObject({ number: 1, text: null });
    expect(second).toMatchObject({ number: 2, text: 'short' });
  });

  it('are none in an empty file', async () => {
    expect(await linesOf()).toEqual([]);
    expect(await linesOf('\n\n')).toEqual([]);
  });
});
