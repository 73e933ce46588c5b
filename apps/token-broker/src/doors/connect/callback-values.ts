import type { RawCallback } from '#oauth';

type Values = Pick<RawCallback, 'code' | 'state' | 'error'>;

/** Deskera's values from the query or a form or JSON body; two that differ are as invalid as one given twice. */
export function callbackValues(query: unknown, body: unknown): Values {
  return {
    code: once('code', query, body),
    state: once('state', query, body),
    error: once('error', query, body),
  };
}

function once(name: string, query: unknown, body: unknown): unknown {
  const given = [valueIn(query, name), valueIn(body, name)].filter((value) => value !== undefined);
  return new Set(given).size > 1 ? given : given[0];
}

function valueIn(source: unknown, name: string): unknown {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name)) return undefined;
  return (source as Readonly<Record<string, unknown>>)[name];
}
