import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EndOfTurn } from './end-of-turn.js';

function taskList(): { readonly done: number[]; readonly task: (number: number) => () => void } {
  const done: number[] = [];
  return { done, task: (number) => () => void done.push(number) };
}

describe('the end of a turn', () => {
  it('is waited for by all but the first of the turn, which are done together in their order', async () => {
    const endOfTurn = new EndOfTurn();
    const { done, task } = taskList();
    for (const number of [1, 2]) endOfTurn.add(task(number));
    await Promise.resolve();
    endOfTurn.add(task(3));
    expect(done).toEqual([1]);
    await nextTurn();
    expect(done).toEqual([1, 2, 3]);
    for (const number of [4, 5]) endOfTurn.add(task(number));
    expect(done).toEqual([1, 2, 3, 4]);
    await nextTurn();
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  it('is not waited for where a lot has come together', async () => {
    const endOfTurn = new EndOfTurn();
    const { done, task } = taskList();
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    for (const number of numbers) endOfTurn.add(task(number));
    expect(done).toEqual(numbers.slice(0, 1 + 16 + 16));
    await nextTurn();
    expect(done).toEqual(numbers);
  });

  it('does what a task adds', async () => {
    const endOfTurn = new EndOfTurn();
    const { done, task } = taskList();
    endOfTurn.add(() => {
      endOfTurn.add(task(1));
    });
    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual([1]);
  });
});
