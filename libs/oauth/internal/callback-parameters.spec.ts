import { describe, expect, it } from '@jest/globals';
import { parseCallback } from './callback-parameters.js';

function parse(values: { code?: unknown; state?: unknown; error?: unknown }) {
  return parseCallback({ code: values.code, state: values.state, error: values.error, browserId: null });
}

describe('the values of a callback', () => {
  it('are a code and a state', () => {
    const { state, answer } = parse({ code: 'Ag78aIu', state: '65289' });
    expect(state.reveal()).toBe('65289');
    expect(answer.kind === 'code' && answer.code.reveal()).toBe('Ag78aIu');
  });

  it.each([
    ['access_denied', 'denied'],
    ['consent_required', 'denied'],
    ['server_error', 'passing'],
    ['temporarily_unavailable', 'passing'],
  ])('with error=%s mean: %s, whatever the code', (error, kind) => {
    expect(parse({ error, state: 's', code: 'c' }).answer.kind).toBe(kind);
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
    ['a code that is too long', { state: 's', code: 'c'.repeat(2049) }],
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
