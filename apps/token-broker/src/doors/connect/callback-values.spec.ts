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

  it.each([
    ['empty in the query', { code: '', state: 's', error: '' }, { code: 'c' }],
    ['null in a JSON body', { code: 'c', state: 's' }, { code: null, state: null, error: null }],
    ['empty in a form', { code: 'c', state: 's' }, { code: '', state: '', error: '' }],
    ['empty and repeated', { code: ['', 'c'], state: ['s', ''], error: ['', ''] }, undefined],
    ['empty items of a JSON body', {}, { code: [null, 'c'], state: ['s', ''], error: [] }],
    ['empty in the query, with all of them in a body', { code: '', state: '' }, { code: 'c', state: 's' }],
  ])('count as omitted where they are %s', (_, query, body) => {
    expect(callbackValues(query, body)).toEqual({ code: 'c', state: 's', error: undefined });
  });

  it.each([
    ['another code', { code: 'd' }],
    ['another state', { state: 'other' }],
    ['an error', { error: 'access_denied', code: 'c', state: 's' }],
    ['two codes', { code: ['c', 'd'] }],
  ])('come from the query alone where it is complete, whatever the body says: %s', (_, body) => {
    const query = { code: 'c', state: 's' };
    expect(callbackValues(query, body)).toEqual({ code: 'c', state: 's', error: undefined });
  });

  it('come from no body that belongs to another state', () => {
    const body = { state: 'other', code: 'd' };
    expect(callbackValues({ state: 's' }, body)).toEqual({ code: undefined, state: 's', error: undefined });
  });

  it('that are repeated with a value stay repeated', () => {
    expect(callbackValues({ code: ['c', 'c'], state: 's' }, undefined).code).toEqual(['c', 'c']);
    expect(callbackValues({ state: 's' }, { code: ['c', 'c'] }).code).toEqual(['c', 'c']);
  });

  it('are own members only', () => {
    expect(callbackValues(Object.create({ code: 'inherited' }), undefined).code).toBeUndefined();
  });
});
