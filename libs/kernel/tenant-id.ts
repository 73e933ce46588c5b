import { Failure } from './failure.js';

declare const brand: unique symbol;

/** A customer of the platform, as a validated value: 1 to 128 of `A-Z a-z 0-9 . _ : @ -`, but not `.` or `..`. */
export type TenantId = string & { readonly [brand]: 'TenantId' };

/** @throws Failure `invalid_tenant_id` */
export function parseTenantId(text: string): TenantId {
  // A dot segment of a path is removed by clients and proxies (RFC 3986 section 5.2.4): it would name another resource.
  if (!/^(?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$/.test(text)) {
    throw new Failure(
      'invalid_tenant_id',
      'A tenant id is 1 to 128 of A-Z a-z 0-9 . _ : @ - and neither . nor ..',
    );
  }
  return text as TenantId;
}
