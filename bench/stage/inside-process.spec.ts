import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program } from './program.js';

let busy: Program;

beforeAll(async () => {
  busy = Program.start('bench/stage/testing/busy.ts', [], {}, Program.watched);
  await busy.says(/ready/);
  busy.watchTasks();
});

afterAll(async () => {
  await busy[Symbol.asyncDispose]();
});

async function longestTaskOf(word: string): Promise<number> {
  await busy.use();
  await busy.ask(word);
  return (await busy.use()).longestTask;
}

describe('the longest task', () => {
  it('is as long as all that one call of the event loop brings about', async () => {
    expect(await longestTaskOf('whole')).toBeGreaterThanOrEqual(80);
  });

  it('is none that others may have had a turn within', async () => {
    const longest = await longestTaskOf('parts');
    expect(longest).toBeGreaterThanOrEqual(20);
    expect(longest).toBeLessThan(60);
  });

  it('is counted from when it was asked for last', async () => {
    await longestTaskOf('whole');
    await busy.use();
    expect((await busy.use()).longestTask).toBeLessThan(20);
  });
});
