import type { ConnectionView } from '#tokens';

/** A connection as a tenant's services see it. */
export interface ConnectionAnswer {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly org: { readonly id: string | null; readonly name: string | null };
  readonly email: string | null;
  readonly apiVersion: string;
  readonly status: string;
  readonly reason: string | null;
  readonly connectedAt: string;
  readonly verifiedAt: string | null;
  readonly expiresAt: string | null;
  readonly refreshedAt: string | null;
  readonly nextCheckAt: string | null;
  readonly consecutiveFailures: number;
}

/** As an admin sees it. */
export interface AdminConnectionAnswer extends ConnectionAnswer {
  readonly lastError: string | null;
}

/** Names every member: what a view gains later goes out only when it is named here too. */
export function connectionAnswer(view: ConnectionView): ConnectionAnswer {
  return {
    connectionId: view.connectionId,
    tenantId: view.tenantId,
    org: { id: view.org.id, name: view.org.name },
    email: view.email,
    apiVersion: view.apiVersion,
    status: view.status,
    reason: view.reason,
    connectedAt: view.connectedAt.toISOString(),
    verifiedAt: timeOrNull(view.verifiedAt),
    expiresAt: timeOrNull(view.expiresAt),
    refreshedAt: timeOrNull(view.refreshedAt),
    nextCheckAt: timeOrNull(view.nextCheckAt),
    consecutiveFailures: view.consecutiveFailures,
  };
}

export function adminConnectionAnswer(view: ConnectionView): AdminConnectionAnswer {
  return { ...connectionAnswer(view), lastError: view.lastError };
}

/** RFC 3339 in UTC. */
export function timeOrNull(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
