import { describe, expect, it } from '@jest/globals';
import { Failure, type ApiVersion, type FailureCode } from '#kernel';
import type { CallbackResult, ReturningSession } from '#oauth';
import { callbackAnswer } from './callback-answer.js';

const returnTo = 'https://app.example/done?session=S';
const navigation = 'text/html,application/xhtml+xml,*/*;q=0.8';

function session(apiVersion: ApiVersion | null): ReturningSession | null {
  return apiVersion === null ? null : { apiVersion, returnTo };
}

function failed(code: FailureCode, apiVersion: ApiVersion | null): CallbackResult {
  return { kind: 'failed', failure: new Failure(code, 'Why not.'), session: session(apiVersion) };
}

describe('a callback that stored its grant', () => {
  it.each([
    ['v1', navigation, { kind: 'connected' }],
    ['v1', 'application/json', { kind: 'connected' }],
    ['v2', navigation, { kind: 'send_on', to: returnTo }],
    ['v2', undefined, { kind: 'send_on', to: returnTo }],
  ] as const)('of %s with Accept %s', (apiVersion, accept, expected) => {
    const result: CallbackResult = { kind: 'stored', session: { apiVersion, returnTo } };
    expect(callbackAnswer(result, accept)).toMatchObject(expected);
  });
});

describe('a callback that failed', () => {
  it.each<[FailureCode, ApiVersion | null, string | undefined, string]>([
    ['state_expired', 'v1', undefined, 'problem'],
    ['state_expired', 'v1', navigation, 'problem'],
    ['state_expired', 'v2', 'application/json', 'problem'],
    ['state_expired', 'v2', navigation, 'send_on'],
    ['state_expired', 'v2', '*/*', 'send_on'],
    ['wrong_browser', 'v2', navigation, 'page'],
    ['wrong_browser', 'v2', 'application/json', 'problem'],
    ['unknown_state', null, navigation, 'page'],
    ['unknown_state', null, 'application/json', 'problem'],
    ['unknown_state', null, '*/*', 'problem'],
    ['missing_state', null, undefined, 'problem'],
  ])('with %s of %s with Accept %s: %s', (code, apiVersion, accept, kind) => {
    expect(callbackAnswer(failed(code, apiVersion), accept)).toMatchObject({ kind, failure: { code } });
  });
});
