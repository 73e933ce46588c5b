import { beforeEach, describe, expect, it } from '@jest/globals';
import { GatheredQuestion } from './gathered-question.js';
import { ManualClock } from './testing/index.js';

const known = new Set(['known', 'known too']);

let clock: ManualClock;
let asked: (readonly string[])[];
let answer: () => Promise<ReadonlySet<string>>;
let question: GatheredQuestion;

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  answer = () => Promise.resolve(known);
  question = new GatheredQuestion((subjects) => {
    asked.push(subjects);
    return answer();
  }, clock);
});

/** @returns what lets the questions go */
function hold(): (brings: ReadonlySet<string>) => void {
  const { promise, resolve } = Promise.withResolvers<ReadonlySet<string>>();
  answer = () => promise;
  return resolve;
}

/** Lets what is settled already run to where it waits for the clock. */
async function settle(): Promise<void> {
  await new Promise(setImmediate);
}

describe('a gathered question', () => {
  it('is sent at once for who comes first', async () => {
    expect(await question.isKnown('known')).toBe(true);
    expect(asked).toEqual([['known']]);
  });

  it('is one for all who came while another was under way, and names each subject once', async () => {
    const release = hold();
    const first = question.isKnown('made up');
    const later = ['known', 'unknown', 'known', 'known too'].map((subject) => question.isKnown(subject));
    release(known);
    expect(await first).toBe(false);
    await settle();
    clock.advance(50);
    expect(await Promise.all(later)).toEqual([true, false, true, true]);
    expect(asked).toEqual([['made up'], ['known', 'unknown', 'known too']]);
  });

  it('comes at most twenty times a second, however many ask', async () => {
    for (let tries = 0; tries < 200; tries += 1) {
      void question.isKnown(`made up ${String(tries)}`);
      await settle();
      clock.advance(5);
    }
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.length).toBeLessThanOrEqual(21);
  });

  it('joins none that was sent before: its answer may be older', async () => {
    const release = hold();
    const first = question.isKnown('new');
    const second = question.isKnown('new');
    answer = () => Promise.resolve(new Set(['new']));
    release(new Set());
    expect(await first).toBe(false);
    await settle();
    clock.advance(50);
    expect(await second).toBe(true);
  });

  it('holds a thousand; further ones are not known, and those that wait are answered', async () => {
    const release = hold();
    void question.isKnown('first');
    const waiting = Array.from({ length: 999 }, (_, index) => question.isKnown(`made up ${String(index)}`));
    const good = question.isKnown('known');
    expect(await question.isKnown('known too')).toBe(false);
    release(known);
    await settle();
    clock.advance(50);
    expect(await good).toBe(true);
    expect(await Promise.all(waiting)).not.toContain(true);
    expect(asked.map(({ length }) => length)).toEqual([1, 1_000]);
  });

  it('that fails fails for those it was asked for, and for nobody after', async () => {
    answer = () => Promise.reject(new Error('away'));
    await expect(question.isKnown('known')).rejects.toThrow('away');
    answer = () => Promise.resolve(known);
    await settle();
    clock.advance(50);
    expect(await question.isKnown('known')).toBe(true);
  });
});
