import { Failure } from '#kernel';
import type { ConnectionRecord, ServableConnection } from '#connections';

/**
 * Selects a tenant's connection: the one for the named org, else the default, else the only one.
 * @throws Failure `not_connected`, `org_not_connected`, `org_ambiguous`
 */
export function selectConnection(
  candidates: readonly ServableConnection[],
  orgId: string | null,
): ServableConnection {
  if (candidates.length === 0)
    throw new Failure('not_connected', 'This tenant has not connected a Deskera org.');
  if (orgId !== null) {
    const named = candidates.find(({ record }) => record.orgId === orgId);
    if (named === undefined) {
      throw new Failure('org_not_connected', 'This tenant has not connected the Deskera org that was named.');
    }
    return named;
  }
  const [only, ...others] = candidates;
  const meant = candidates.find(({ record }) => record.isDefault) ?? (others.length === 0 ? only : undefined);
  if (meant === undefined) {
    throw new Failure(
      'org_ambiguous',
      'This tenant has connected several Deskera orgs: name one, or set a default.',
      {
        extensions: {
          orgs: candidates.map(({ record }) => ({
            id: record.orgId,
            name: record.orgName,
            status: record.status,
          })),
        },
      },
    );
  }
  return meant;
}

/** @throws Failure `not_connected` if the grant awaits activation, `reconnect_required` */
export function requireConnected(record: ConnectionRecord): void {
  if (record.status === 'reconnect_required') {
    throw new Failure(
      'reconnect_required',
      'Deskera does not accept this connection any more: it has to be connected again.',
      {
        extensions: { reason: record.reason, since: record.statusSince.toISOString() },
      },
    );
  }
  if (record.status === 'disconnected')
    throw new Failure('not_connected', 'This connection is disconnected.');
  if (record.status !== 'connected') {
    throw new Failure('not_connected', 'This tenant has not finished connecting its Deskera org.');
  }
}
