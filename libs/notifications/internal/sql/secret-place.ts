import type { CredentialPlace } from '#vault';

/** A secret is sealed for its endpoint and number: in another row it does not open. */
export function secretPlace(endpointId: string, number: number): CredentialPlace {
  return { tenantId: '', connectionId: endpointId, connectNumber: number, grantAttempt: 0 };
}
