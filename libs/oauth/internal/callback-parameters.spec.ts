import { describe, expect, it } from '@jest/globals';
import { parseCallback } from './callback-parameters.js';

function parse(values: { code?: unknown; state?: unknown; error?: unknown }) {
  return parseCallback({ code: values.code, state: values.state, error: values.error, browserIds: [] });
}

describe('the values of a callback', () => {
  it('are a code and a state', () => {
    const { state, answer } = parse({ code: 'Ag78aIu', state: '65289' });
    expect(state.reveal()).toBe('65289');
    expect(answer.kind === 'code' && answer.code.reveal()).toBe('Ag78aIu');
  });

  it.each([
    ['access_denied', 'denied'],
    ['ACCESS_DENIED', 'denied'],
    ['Access-Denied', 'denied'],
    ['accessDenied', 'denied'],
    ['server_error', 'unavailable'],
    ['temporarily_unavailable', 'unavailable'],
    ['Temporarily Unavailable', 'unavailable'],
    ['invalid_request', 'misconfigured'],
    ['unauthorized_client', 'misconfigured'],
    ['unsupported_response_type', 'misconfigured'],
    ['invalid_scope', 'misconfigured'],
    ['login_required', 'incomplete'],
    ['interaction_required', 'incomplete'],
    ['consent_required', 'incomplete'],
    ['request_not_supported', 'incomplete'],
  ])('With error=%s they mean %s, whatever the code.', (error, meaning) => {
    expect(parse({ error, state: 's', code: 'c' }).answer).toEqual({ kind: 'error', error: meaning });
  });

  it.each([
    ['something_new'],
    ['constructor'],
    ['ошибка'],
    ['invalid_client'],
    ['redirect_uri_mismatch'],
    ['{}'],
  ])('With error=%s, which is not registered, a code still counts.', (error) => {
    expect(parse({ error, state: 's', code: 'c' }).answer.kind).toBe('code');
    expect(parse({ error, state: 's' }).answer.kind).toBe('error');
    expect(parse({ error, state: 's', code: 'null' }).answer.kind).toBe('error');
  });

  it.each([
    ...['undefined', 'null', '', ' ', 'None', 'false', '0', 'nil', '(null)', '<null>', '""', "''", 'NaN'].map(
      (error) => [error],
    ),
    ['[object Object]'],
    [' NULL '],
  ])('An error without a meaning (%j) is none.', (error) => {
    expect(parse({ error, state: 's', code: 'c' }).answer.kind).toBe('code');
    expect(parse({ error, state: 's' }).answer.kind).toBe('nothing');
    expect(parse({ error, state: 's', code: 'undefined' }).answer.kind).toBe('nothing');
  });

  it('A code of many KB is taken as it is.', () => {
    const { answer } = parse({ state: 's', code: 'c'.repeat(60_000) });
    expect(answer.kind === 'code' && answer.code.reveal()).toHaveLength(60_000);
  });

  it.each([[undefined], [null], ['']])('without a code (%j) mean nothing yet', (code) => {
    expect(parse({ code, state: 's' }).answer.kind).toBe('nothing');
  });

  it.each([[undefined], [null], ['']])('need a state, and %j is none', (state) => {
    expect(() => parse({ code: 'c', state })).toThrow(expect.objectContaining({ code: 'missing_state' }));
  });

  it.each([
    ['a code twice', { state: 's', code: ['a', 'b'] }],
    ['a state twice', { state: ['a', 'b'], code: 'c' }],
    ['an error twice', { state: 's', error: ['a', 'b'] }],
    ['an object for a code', { state: 's', code: { $ne: '' } }],
    ['a number for a state', { state: 65289, code: 'c' }],
    ['a code that is too long', { state: 's', code: 'c'.repeat(65_537) }],
    ['a state that is too long', { state: 's'.repeat(2049), code: 'c' }],
  ])('with %s are refused, and not repeated', (_, values) => {
    const refused = () => parse(values);
    expect(refused).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    expect(refused).not.toThrow('ccc');
  });

  it('are never printed', () => {
    expect(JSON.stringify(parse({ code: 'the-code', state: 'the-state' }))).not.toMatch(/the-(code|state)/);
  });
});
