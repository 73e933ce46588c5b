import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EndOfTurn } from './end-of-turn.js';

function taskList(): { readonly done: number[]; readonly task: (number: number) => () => void } {
  const done: number[] = [];
  return { done, task: (number) => () => void done.push(number) };
}

describe('the end of a turn', () => {
  it('does all of a turn together, in its order, and that of the next one then', async () => {
    const endOfTurn = new EndOfTurn();
    const { done, task } = taskList();
    endOfTurn.add(task(1));
    await Promise.resolve();
    endOfTurn.add(task(2));
    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual([1, 2]);
    endOfTurn.add(task(3));
    expect(done).toEqual([1, 2]);
    await nextTurn();
    expect(done).toEqual([1, 2, 3]);
  });

  it('does what has come together, where it is a lot, without waiting for the rest', async () => {
    const endOfTurn = new EndOfTurn();
    const { done, task } = taskList();
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    for (const number of numbers) endOfTurn.add(task(number));
    expect(done).toEqual(numbers.slice(0, 32));
    await nextTurn();
    expect(done).toEqual(numbers);
  });

  it('does what a task adds', async () => {
    const endOfTurn = new EndOfTurn();
    const { done, task } = taskList();
    endOfTurn.add(() => {
      endOfTurn.add(task(1));
    });
    await nextTurn();
    await nextTurn();
    expect(done).toEqual([1]);
  });
});
