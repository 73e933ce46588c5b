import type { ConnectionRecord } from '#connections';
import type { ConnectionView } from '../../connections.js';

/** What may be seen of a record, field by field. */
export function viewOf(record: ConnectionRecord): ConnectionView {
  return {
    connectionId: record.connectionId,
    tenantId: record.tenantId,
    org: { id: record.orgId, name: record.orgName },
    email: record.email,
    apiVersion: record.apiVersion,
    status: record.status,
    reason: record.reason,
    connectedAt: record.connectedAt,
    verifiedAt: record.verifiedAt,
    expiresAt: record.expiresAt,
    // The grant of the connect itself has the attempt 0.
    refreshedAt: record.grantAttempt > 0 ? record.issuedAt : null,
    nextCheckAt: record.status === 'connected' ? record.nextDueAt : null,
    consecutiveFailures: record.consecutiveFailures,
    lastError: record.lastError,
  };
}
