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

/** A thousand made-up subjects of each of so many sources. */
function fill(sources: number): Promise<boolean>[] {
  return Array.from({ length: sources * 1_000 }, (_, index) =>
    question.isKnown(`made up ${String(index)}`, `source ${String(index % sources)}`),
  );
}

async function letAllGo(waiting: readonly Promise<boolean>[]): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await settle();
    clock.advance(50);
  }
  expect(await Promise.all(waiting)).not.toContain(true);
}

/** Lets what is settled already run to where it waits for the clock. */
async function settle(): Promise<void> {
  await new Promise(setImmediate);
}

describe('a gathered question', () => {
  it('is sent at once for who comes first', async () => {
    expect(await question.isKnown('known', 'one')).toBe(true);
    expect(asked).toEqual([['known']]);
  });

  it('is one for all who came while another was under way, and names each subject once', async () => {
    const release = hold();
    const first = question.isKnown('made up', 'one');
    const later = ['known', 'unknown', 'known', 'known too'].map((subject) =>
      question.isKnown(subject, 'one'),
    );
    release(known);
    expect(await first).toBe(false);
    await settle();
    clock.advance(50);
    expect(await Promise.all(later)).toEqual([true, false, true, true]);
    expect(asked).toEqual([['made up'], ['known', 'unknown', 'known too']]);
  });

  it('comes at most twenty times a second, however many ask', async () => {
    for (let tries = 0; tries < 200; tries += 1) {
      void question.isKnown(`made up ${String(tries)}`, 'one');
      await settle();
      clock.advance(5);
    }
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.length).toBeLessThanOrEqual(21);
  });

  it('joins none that was sent before: its answer may be older', async () => {
    const release = hold();
    const first = question.isKnown('new', 'one');
    const second = question.isKnown('new', 'one');
    answer = () => Promise.resolve(new Set(['new']));
    release(new Set());
    expect(await first).toBe(false);
    await settle();
    clock.advance(50);
    expect(await second).toBe(true);
  });

  it('says "not known at the moment" for more than a thousand subjects of one source, and answers those that wait', async () => {
    const release = hold();
    void question.isKnown('first', 'one');
    const waiting = Array.from({ length: 999 }, (_, index) =>
      question.isKnown(`made up ${String(index)}`, 'one'),
    );
    const good = question.isKnown('known', 'one');
    await expect(question.isKnown('known too', 'one')).rejects.toMatchObject({
      code: 'broker_unavailable',
      retryAfterSeconds: 1,
    });
    release(known);
    await settle();
    clock.advance(50);
    expect(await good).toBe(true);
    expect(await Promise.all(waiting)).not.toContain(true);
    expect(asked.map(({ length }) => length)).toEqual([1, 1_000]);
  });

  it('includes the subject of another source in the next turn, however many one source has', async () => {
    const release = hold();
    const first = question.isKnown('first', 'flood');
    const flood = fill(5);
    const good = question.isKnown('known', 'other');
    release(known);
    await first;
    await settle();
    clock.advance(50);
    expect(await good).toBe(true);
    expect(asked[1]).toHaveLength(1_000);
    await letAllGo(flood);
  });

  it('holds ten thousand subjects of all sources together', async () => {
    const release = hold();
    const first = question.isKnown('first', 'flood');
    const flood = fill(10);
    await expect(question.isKnown('known', 'other')).rejects.toMatchObject({ code: 'broker_unavailable' });
    release(known);
    await first;
    await letAllGo(flood);
  });

  it('that fails fails for those it was asked for, and for nobody after', async () => {
    answer = () => Promise.reject(new Error('away'));
    await expect(question.isKnown('known', 'one')).rejects.toThrow('away');
    answer = () => Promise.resolve(known);
    await settle();
    clock.advance(50);
    expect(await question.isKnown('known', 'one')).toBe(true);
  });
});
