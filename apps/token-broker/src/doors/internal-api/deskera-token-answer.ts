import type { DeskeraToken } from '#tokens';
import { timeOrNull } from '../shapes/connection.js';

/** The one answer that carries a deskera-token. */
export interface DeskeraTokenAnswer {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly org: { readonly id: string | null; readonly name: string | null };
  readonly deskeraToken: string;
  readonly fingerprint: string;
  readonly expiresAt: string | null;
  readonly verifiedAt: string;
  readonly apiUrl: string;
  readonly apiVersion: string;
  readonly degraded: string | null;
  readonly attention: string | null;
}

export function deskeraTokenAnswer(token: DeskeraToken): DeskeraTokenAnswer {
  return {
    tenantId: token.tenantId,
    connectionId: token.connectionId,
    org: { id: token.org.id, name: token.org.name },
    deskeraToken: token.token.reveal(),
    fingerprint: token.fingerprint,
    expiresAt: timeOrNull(token.expiresAt),
    verifiedAt: token.verifiedAt.toISOString(),
    apiUrl: token.apiUrl,
    apiVersion: token.apiVersion,
    degraded: token.degraded,
    attention: token.attention,
  };
}
