import type { FailureCode } from '#kernel';
import type { Operation } from './operation.js';

/** What every route of its kind can answer, so that no operation says it again. */
export function commonFailures(method: string, path: string, { needs }: Operation): readonly FailureCode[] {
  const hasParameter = path.includes('{');
  const mayHaveBody = method !== 'GET' && method !== 'HEAD';
  return [
    'invalid_request',
    ...(path.includes('{tenantId}') ? (['invalid_tenant_id'] as const) : []),
    ...(needs === null ? [] : (['unauthorized', 'forbidden', 'rate_limited', 'broker_unavailable'] as const)),
    'request_timeout',
    ...(mayHaveBody ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...(hasParameter ? (['uri_too_long'] as const) : []),
    'headers_too_large',
    'internal_error',
  ];
}

/** What the server says where no operation was reached. */
export const failuresOutside = ['not_found', 'method_not_allowed'] as const satisfies readonly FailureCode[];
