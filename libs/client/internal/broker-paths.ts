import { TokenBrokerError } from '../errors.js';

/**
 * A path below a tenant. What is put into it is checked first: a segment of dots would climb out of it, since no
 * escaping keeps URLs from resolving it.
 * @throws TokenBrokerError `invalid_tenant_id`; TypeError for another segment
 */
export function tenantPath(tenantId: string, ...segments: readonly string[]): string {
  if (!isSegment(tenantId, /^[A-Za-z0-9._:@-]{1,128}$/)) {
    throw new TokenBrokerError('invalid_tenant_id', 'A tenant id is 1 to 128 of A-Z a-z 0-9 . _ : @ -');
  }
  if (!segments.every((segment) => isSegment(segment, /^[A-Za-z0-9._~-]{1,200}$/))) {
    throw new TypeError('An id is 1 to 200 of A-Z a-z 0-9 . _ ~ -');
  }
  return ['/v1/tenants', ...[tenantId, ...segments].map(encodeURIComponent)].join('/');
}

/** The parameters that are set; '' where none is. */
export function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
}

/** Callers without types may hand over anything. */
function isSegment(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value) && value !== '.' && value !== '..';
}
