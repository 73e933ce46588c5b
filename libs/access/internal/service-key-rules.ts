import { Failure } from '#kernel';
import { isScope, scopes } from '../scopes.js';
import type { ServiceKeyRequest } from '../service-keys.js';
import { isTenantPattern } from '../tenant-patterns.js';

/** @throws Failure `invalid_request` with the names of the invalid members, never their values */
export function checkServiceKeyRequest(request: ServiceKeyRequest, now: Date): void {
  const errors = [
    ...(scopesAreKnown(request)
      ? []
      : [{ field: 'scopes', problem: `must be some of ${scopes.join(', ')}` }]),
    ...(tenantsArePatterns(request)
      ? []
      : [{ field: 'tenants', problem: 'must be tenant ids, or the start of some with a * at the end' }]),
    ...(adminIsUnlimited(request)
      ? []
      : [{ field: 'tenants', problem: 'must be ["*"] with the scope admin' }]),
    ...(expiryIsToCome(request, now)
      ? []
      : [{ field: 'expiresAt', problem: 'must be in the future, and before the year 10000' }]),
  ];
  if (errors.length > 0) {
    throw new Failure('invalid_request', 'The service key is not valid.', { extensions: { errors } });
  }
}

function scopesAreKnown({ scopes: wanted }: ServiceKeyRequest): boolean {
  return wanted.length > 0 && wanted.every(isScope);
}

function tenantsArePatterns({ tenants }: ServiceKeyRequest): boolean {
  return tenants.length > 0 && tenants.every(isTenantPattern);
}

/** The admin API spans all tenants, so a tenant limit of an `admin` key would have no effect. */
function adminIsUnlimited({ scopes: wanted, tenants }: ServiceKeyRequest): boolean {
  return !wanted.includes('admin') || tenants.includes('*');
}

/**
 * RFC 3339 has four digits for the year. With an offset, the last times of the year 9999 can fall into the next year.
 */
const year10000 = Date.UTC(10_000, 0);

function expiryIsToCome({ expiresAt }: ServiceKeyRequest, now: Date): boolean {
  if (expiresAt === null) return true;
  return expiresAt.getTime() > now.getTime() && expiresAt.getTime() < year10000;
}
