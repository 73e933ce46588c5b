import { describe, expect, it } from '@jest/globals';
import type { Logger } from '@nestjs/common';
import { Failure } from '#kernel';
import { logFailure } from './failure-log.js';

describe('failures of one kind', () => {
  it('have at most sixty warnings in a minute, however many requests fail', () => {
    let warnings = 0;
    const logger = {
      warn: () => {
        warnings += 1;
      },
      debug: () => undefined,
    } as unknown as Logger;
    const away = new Failure('broker_unavailable', 'The broker cannot reach its storage.', {
      internal: 'away',
    });
    for (let request = 0; request < 5_000; request += 1) logFailure(logger, away, String(request));
    expect(warnings).toBe(60);
  });
});
