import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ManualClock } from '#kernel/testing';
import { BatchedReads } from './batched-reads.js';

/** A database that answers when it is told to. */
class Statements {
  readonly clock = new ManualClock();
  readonly batches: (readonly number[])[] = [];
  readonly #answers: PromiseWithResolvers<readonly string[]>[] = [];
  readonly reads = new BatchedReads<number, string>((keys) => {
    const answer = Promise.withResolvers<readonly string[]>();
    this.batches.push(keys);
    this.#answers.push(answer);
    return answer.promise;
  }, this.clock);

  answer(batch: number): void {
    this.#answers[batch]?.resolve((this.batches[batch] ?? []).map((key) => `row ${String(key)}`));
  }

  fail(batch: number): void {
    this.#answers[batch]?.reject(new Error('away'));
  }
}

describe('batched reads', () => {
  it('read those of one turn by one statement, each with its own row', async () => {
    const statements = new Statements();
    const rows = Promise.all([3, 1, 2].map((key) => statements.reads.read(key)));
    expect(statements.batches).toEqual([]);
    await nextTurn();
    expect(statements.batches).toEqual([[3, 1, 2]]);
    statements.answer(0);
    expect(await rows).toEqual(['row 3', 'row 1', 'row 2']);
  });

  it('gather those that come while two are under way, and read them once one has ended', async () => {
    const statements = new Statements();
    for (const key of [1, 2, 3, 4]) {
      void statements.reads.read(key);
      await nextTurn();
    }
    expect(statements.batches).toEqual([[1], [2]]);
    statements.answer(1);
    await nextTurn();
    expect(statements.batches).toEqual([[1], [2], [3, 4]]);
  });

  it('read no more than 32 at once', async () => {
    const statements = new Statements();
    for (let key = 0; key < 70; key += 1) void statements.reads.read(key);
    await nextTurn();
    expect(statements.batches.map((keys) => keys.length)).toEqual([32, 32]);
    statements.answer(0);
    await nextTurn();
    expect(statements.batches.map((keys) => keys.length)).toEqual([32, 32, 6]);
  });

  it('are held up by two that get no answer for a moment alone', async () => {
    const statements = new Statements();
    const late = statements.reads.read(1);
    await nextTurn();
    void statements.reads.read(2);
    await nextTurn();
    const next = statements.reads.read(3);
    await nextTurn();
    statements.clock.advance(49);
    expect(statements.batches).toEqual([[1], [2]]);
    statements.clock.advance(1);
    await nextTurn();
    expect(statements.batches).toEqual([[1], [2], [3]]);
    statements.answer(2);
    expect(await next).toBe('row 3');
    // What comes late comes still, and makes no room a second time.
    statements.answer(0);
    expect(await late).toBe('row 1');
    for (const key of [4, 5, 6]) {
      void statements.reads.read(key);
      await nextTurn();
    }
    expect(statements.batches).toEqual([[1], [2], [3], [4], [5]]);
  });

  it('fail together, and go on with the next', async () => {
    const statements = new Statements();
    const both = Promise.allSettled([statements.reads.read(1), statements.reads.read(2)]);
    await nextTurn();
    statements.fail(0);
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = statements.reads.read(3);
    await nextTurn();
    statements.answer(1);
    expect(await next).toBe('row 3');
  });
});
