import { Failure } from '#kernel';
import type { FastifyRequest } from 'fastify';
import { givenValues } from '../http/authorization-responses.js';

/**
 * A parameter of a page's address. Others are ignored in any shape and number: mail programs and link trackers add them.
 *
 * @returns null where it has no value
 * @throws Failure `invalid_request` where it has more than one
 */
export function pageParameter({ query }: Pick<FastifyRequest, 'query'>, name: string): string | null {
  const values = givenValues(query, name);
  const [value] = values;
  if (value === undefined) return null;
  if (values.length === 1 && typeof value === 'string') return value;
  throw new Failure('invalid_request', `The address must have only one ${name}.`);
}
