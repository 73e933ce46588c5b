import type { ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { unknownMembers } from './sent-members.js';

/**
 * A route that takes no query has no known parameter: a caller who sends one must hear of it. Where a route takes one, its class
 * judges it.
 *
 * @throws Failure `invalid_request`
 */
export function requireKnownQuery(context: ExecutionContext, query: unknown): void {
  const names = Object.keys(query ?? {});
  if (names.length > 0 && !takesQuery(context)) throw unknownMembers(names);
}

/** As Nest keeps what the parameters of a handler are. */
function takesQuery(context: ExecutionContext): boolean {
  const parameters: unknown = Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  );
  const kinds = Object.keys(parameters ?? {}).map((key) => Number(key.split(':')[0]));
  return kinds.includes(RouteParamtypes.QUERY);
}
