import { describe, expect, it } from '@jest/globals';
import { connectFailure, recordedFailure } from './failure-sentences.js';

describe('a failure on record', () => {
  it('is told as the first time', () => {
    expect(recordedFailure('org_mismatch')).toMatchObject({ code: 'org_mismatch', status: 409 });
    const again = recordedFailure('deskera_unavailable');
    expect(again.status).toBe(503);
    expect(again.message).toBe(connectFailure('deskera_unavailable').message);
  });

  it('names no time to ask again: the same state can never succeed', () => {
    expect(recordedFailure('deskera_unavailable').retryAfterSeconds).toBeUndefined();
  });

  it.each(['a_code_of_a_later_version', 'constructor'])(
    'with the code %s is an exchange that failed',
    (code) => {
      expect(recordedFailure(code)).toMatchObject({ code: 'code_exchange_failed', status: 502 });
    },
  );

  it('says when to ask again where that makes sense', () => {
    expect(connectFailure('deskera_unavailable', { retryAfterSeconds: 9 }).retryAfterSeconds).toBe(9);
    expect(connectFailure('wrong_browser').retryAfterSeconds).toBeUndefined();
  });
});
