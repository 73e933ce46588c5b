import { describe, expect, it } from '@jest/globals';
import type { ConnectSessionStatus } from '#connections';
import { standingOf } from './standing.js';

describe('how a session stands', () => {
  it.each<[ConnectSessionStatus, boolean, string | null, string, string | null]>([
    ['pending', false, null, 'pending', null],
    ['pending', true, null, 'expired', 'state_expired'],
    ['awaiting_activation', false, null, 'awaiting_activation', null],
    ['awaiting_activation', true, null, 'expired', 'state_expired'],
    ['connected', false, null, 'connected', null],
    ['connected', true, null, 'connected', null],
    ['failed', false, 'org_mismatch', 'failed', 'org_mismatch'],
    ['failed', true, 'access_denied', 'failed', 'access_denied'],
  ])('%s, expired: %s, code %s → %s, %s', (status, expired, failureCode, expected, code) => {
    expect(standingOf({ status, expired, failureCode })).toEqual({ status: expected, code });
  });
});
