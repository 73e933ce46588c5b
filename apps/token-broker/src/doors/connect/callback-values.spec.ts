import { describe, expect, it } from '@jest/globals';
import { callbackValues } from './callback-values.js';

describe("a callback's values", () => {
  it.each([
    ['the query', { code: 'c', state: 's', scope: 'write' }, undefined],
    ['a body', {}, { code: 'c', state: 's', scope: 'write' }],
    ['both', { state: 's' }, { code: 'c' }],
  ])('come from %s', (_, query, body) => {
    expect(callbackValues(query, body)).toEqual({ code: 'c', state: 's', error: undefined });
  });

  it('that come from both at once count once where they agree, and twice where they differ', () => {
    expect(callbackValues({ code: 'c' }, { code: 'c' }).code).toBe('c');
    expect(callbackValues({ code: 'c' }, { code: 'd' }).code).toEqual(['c', 'd']);
  });

  it.each([[null], ['code=c'], [['c']], [17], [undefined]])('do not come from a body like %j', (body) => {
    expect(callbackValues({}, body)).toEqual({ code: undefined, state: undefined, error: undefined });
  });

  it('are own members only', () => {
    expect(callbackValues(Object.create({ code: 'inherited' }), undefined).code).toBeUndefined();
  });
});
