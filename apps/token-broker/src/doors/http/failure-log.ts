import type { Logger } from '@nestjs/common';
import { SystemClock, type Failure } from '#kernel';
import { describeError } from './describe-error.js';

/** An outage fails every request: so many lines in a minute of one code tell as much as all of them. */
const mostWarnings = 60;
const windowMilliseconds = 60_000;
const clock = new SystemClock();
const warned = new Map<string, { readonly from: number; count: number }>();

function isOneMore(code: string): boolean {
  const now = clock.monotonicMilliseconds();
  const present = warned.get(code);
  if (present === undefined || now - present.from >= windowMilliseconds) {
    warned.set(code, { from: now, count: 1 });
    return false;
  }
  present.count += 1;
  return present.count > mostWarnings;
}

/**
 * Tells the log of a failure what the caller is not told; that there was one is in the request's own line. Only what
 * nobody expected is an error, for which someone has to look: the rooms alarm about what an operator must mend.
 */
export function logFailure(logger: Logger, failure: Failure, requestId: string): void {
  const inside = {
    ...(failure.internal !== undefined && { internal: failure.internal }),
    ...(failure.cause !== undefined && { cause: describeError(failure.cause) }),
  };
  const entry = { requestId, code: failure.code, ...inside };
  if (failure.code === 'internal_error')
    logger.error({ msg: 'A request failed for no known reason', ...entry });
  else if (failure.status >= 500 && Object.keys(inside).length > 0) {
    if (!isOneMore(failure.code)) logger.warn({ msg: 'A request failed', ...entry });
  } else logger.debug({ msg: 'A request was refused', ...entry });
}
