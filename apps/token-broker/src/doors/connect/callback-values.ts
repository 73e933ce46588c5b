import type { RawCallback } from '#oauth';
import { givenValues } from '../http/authorization-responses.js';

type Values = Pick<RawCallback, 'code' | 'state' | 'error'>;

/**
 * Deskera's values from the query or a form or JSON body. A query with a `state` decides: a body only adds the answer that
 * the query lacks. Of a query without one, two values that differ are as invalid as one given twice.
 */
export function callbackValues(query: unknown, body: unknown): Values {
  const rest = isOverruled(query, body) ? undefined : body;
  return {
    code: once('code', query, rest),
    state: once('state', query, rest),
    error: once('error', query, rest),
  };
}

/** Whether the query has the answer to its `state`, or the body belongs to another one. */
function isOverruled(query: unknown, body: unknown): boolean {
  const states = givenValues(query, 'state');
  if (states.length === 0) return false;
  const hasAnswer = [...givenValues(query, 'code'), ...givenValues(query, 'error')].length > 0;
  return hasAnswer || givenValues(body, 'state').some((state) => state !== states[0]);
}

/** @returns an array where the value is given twice, or the two differ */
function once(name: string, query: unknown, body: unknown): unknown {
  const sources = [givenValues(query, name), givenValues(body, name)];
  const repeated = sources.find(({ length }) => length > 1);
  if (repeated !== undefined) return repeated;
  const given = sources.flat();
  return new Set(given).size > 1 ? given : given[0];
}
