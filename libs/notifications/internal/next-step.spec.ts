import { describe, expect, it } from '@jest/globals';
import { dayOfRetries } from '../options.js';
import { nextStep, type Attempted } from './next-step.js';

const answered = (status: number, retryAfter: string | null = null): Attempted['result'] => ({
  kind: 'answered',
  status,
  retryAfter,
});
const timedOut: Attempted['result'] = { kind: 'failed', error: 'timeout' };

function step(result: Attempted['result'], changes: Partial<Attempted> = {}) {
  const delivery = { roundAttempts: 0, roundSeconds: 0 };
  return nextStep({ result, delivery, options: dayOfRetries, random: 0.5, ...changes });
}

describe('what follows from a try', () => {
  it.each([
    [answered(200), { kind: 'delivered', status: 200, error: null }],
    [answered(299), { kind: 'delivered' }],
    [answered(410), { kind: 'gone', status: 410 }],
    [answered(301), { kind: 'again', status: 301, error: 'redirected' }],
    [answered(400), { kind: 'again', error: 'not_accepted' }],
    [answered(500), { kind: 'again', error: 'not_accepted' }],
    [answered(0), { kind: 'again' }],
    [timedOut, { kind: 'again', status: null, error: 'timeout', afterSeconds: 5 }],
  ])('%j', (result, outcome) => {
    expect(step(result)).toMatchObject(outcome);
  });

  it('is a longer pause each time, and none after the day', () => {
    const pauses: number[] = [];
    for (let [roundAttempts, roundSeconds] = [0, 0]; ; roundAttempts += 1) {
      const outcome = step(timedOut, { delivery: { roundAttempts, roundSeconds } });
      if (outcome.kind !== 'again') {
        expect(outcome).toEqual({ kind: 'parked', status: null, error: 'timeout' });
        break;
      }
      pauses.push(outcome.afterSeconds);
      roundSeconds += outcome.afterSeconds;
    }
    expect(pauses).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 23_095]);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBe(86_400);
  });

  it('is a pause of ± 10 %', () => {
    const bounds = [0, 0.999_999].map((random) => step(timedOut, { random }));
    expect(bounds).toMatchObject([{ afterSeconds: 4.5 }, { afterSeconds: expect.closeTo(5.5) }]);
  });

  it.each([
    [429, '60', 60],
    [503, '60', 60],
    [503, '1', 5],
    [503, '999999', 3_600],
    [500, '60', 5],
    [503, 'Wed, 21 Oct 2026 07:28:00 GMT', 5],
    [503, '-1', 5],
    [503, '', 5],
  ])('is what Retry-After of a %i asks for with %j, within bounds', (status, retryAfter, afterSeconds) => {
    expect(step(answered(status, retryAfter))).toMatchObject({ kind: 'again', afterSeconds });
  });
});
