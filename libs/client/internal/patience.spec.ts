import { describe, expect, it } from '@jest/globals';
import { TokenBrokerError } from '../errors.js';
import { pauseBeforeNext, type PatienceQuestion } from './patience.js';

const unreachable = new TokenBrokerError('broker_unreachable', '');

function failed(status: number, retryAfterSeconds?: number, code = 'any_code'): TokenBrokerError {
  return new TokenBrokerError(code, '', { status, retryAfterSeconds });
}

function pause(question: Partial<PatienceQuestion>): number | null {
  return pauseBeforeNext({
    error: unreachable,
    attempts: 1,
    elapsedMilliseconds: 0,
    maxWaitSeconds: 5,
    chance: 0.5,
    ...question,
  });
}

describe('the pause before the next attempt', () => {
  it.each([
    ['grows with the attempts', { attempts: 1 }, 75],
    ['grows with the attempts', { attempts: 3 }, 300],
    ['has a limit', { attempts: 1_000, maxWaitSeconds: 60 }, 1_500],
    ['is left to chance', { attempts: 3, chance: 0 }, 200],
    ['is what Retry-After says, and a little more', { error: failed(503, 2) }, 2_025],
    ['is never nothing', { error: failed(503, 0), chance: 0 }, 50],
    ['ends where the waiting ends', { error: failed(429, 2), elapsedMilliseconds: 2_990 }, 2_010],
    ['is not there where Retry-After goes beyond', { error: failed(503, 5), elapsedMilliseconds: 1 }, null],
    ['is not there once the time is over', { elapsedMilliseconds: 5_000 }, null],
    ['is not there where nothing may be waited', { maxWaitSeconds: 0 }, null],
  ])('%s: %j', (_, question, expected) => {
    expect(pause(question)).toBe(expected);
  });

  it.each([429, 502, 503, 504])('is there after a %d, which passes', (status) => {
    expect(pause({ error: failed(status) })).not.toBeNull();
  });

  it.each([400, 401, 403, 404, 409, 500])('is not there after a %d, which stays', (status) => {
    expect(pause({ error: failed(status, 1) })).toBeNull();
  });

  it('is not there after an answer that no broker gives', () => {
    expect(pause({ error: new TokenBrokerError('unexpected_answer', '') })).toBeNull();
    expect(pause({ error: failed(502, undefined, 'unexpected_answer') })).not.toBeNull();
  });
});
