import type { Failure } from '#kernel';

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly [extension: string]: unknown;
}

const problemType = 'application/problem+json; charset=utf-8';

/** When a caller should ask again that was told "not now" without a time. */
const defaultRetrySeconds = 5;

/** What the caller is told: nothing of the inside, which stays in `internal` and `cause`. */
export function problemOf(failure: Failure, publicUrl: string): Problem {
  return {
    ...failure.extensions,
    type: `${publicUrl}/docs/errors#${failure.code}`,
    title: failure.title,
    status: failure.status,
    detail: failure.message,
    code: failure.code,
  };
}

/** Header fields that go with a problem (RFC 9110 sections 10.2.3 and 11.6.1, RFC 6750 section 3). */
export function problemHeaders(failure: Failure): Record<string, string> {
  const retryAfterSeconds =
    failure.retryAfterSeconds ?? (failure.status === 503 ? defaultRetrySeconds : undefined);
  return {
    'content-type': problemType,
    ...(failure.status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(retryAfterSeconds !== undefined && {
      'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))),
    }),
  };
}
