import { describe, expect, it } from '@jest/globals';
import { itemsText } from './items-text.js';

const answerOf = (number: number): object => ({ number });

describe('a list without pages', () => {
  it.each([0, 1, 250, 251, 1_000])('of %d is written as it is', async (count) => {
    const numbers = Array.from({ length: count }, (_, number) => number);
    expect(JSON.parse(await itemsText(numbers, answerOf))).toEqual({ items: numbers.map(answerOf) });
  });

  it('lets others have their turn while it is written', async () => {
    let written = 0;
    const seen: number[] = [];
    const others = new AbortController();
    const turn = (): void => {
      if (others.signal.aborted) return;
      seen.push(written);
      setImmediate(turn);
    };
    setImmediate(turn);
    await itemsText(Array.from({ length: 1_000 }), () => ({ written: (written += 1) }));
    others.abort();
    expect(seen).toEqual([250, 500, 750]);
  });
});
