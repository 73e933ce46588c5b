import { Failure, type Secret } from '#kernel';
import type { ConnectionRecord } from '#connections';
import type { Degraded, DeskeraToken } from '../../deskera-token.js';
import { isUsable } from './token-need.js';
import { secondsBetween } from '../upkeep/seconds.js';

/** Where nothing says when asking again makes sense. */
const usualRetrySeconds = 5;

type ShownColumns =
  | 'tenantId'
  | 'connectionId'
  | 'orgId'
  | 'orgName'
  | 'fingerprint'
  | 'expiresAt'
  | 'verifiedAt'
  | 'connectedAt'
  | 'apiUrl'
  | 'apiVersion'
  | 'attention';

/** Where nothing is lacking. */
export function toDeskeraToken(record: Pick<ConnectionRecord, ShownColumns>, token: Secret): DeskeraToken {
  return {
    tenantId: record.tenantId,
    connectionId: record.connectionId,
    org: { id: record.orgId, name: record.orgName },
    token,
    fingerprint: record.fingerprint ?? token.fingerprint(),
    expiresAt: record.expiresAt,
    verifiedAt: record.verifiedAt ?? record.connectedAt,
    apiUrl: record.apiUrl,
    apiVersion: record.apiVersion,
    degraded: null,
    attention: record.attention,
  };
}

/** What was needed of Deskera could not be had: why, and when to ask again. */
export function cannotServe(record: ConnectionRecord, lacking: Degraded | null, now: Date): Failure {
  if (lacking === 'client_refused') {
    return new Failure(
      'deskera_client_refused',
      'Deskera does not accept the credentials of this platform at the moment.',
      {
        retryAfterSeconds: 30,
      },
    );
  }
  const wait =
    record.notBefore === null ? usualRetrySeconds : Math.ceil(secondsBetween(now, record.notBefore));
  return new Failure(
    'deskera_unavailable',
    isUsable(record, now)
      ? 'Deskera cannot be asked about this token at the moment.'
      : 'The stored token is not valid any more, and Deskera does not issue another one now.',
    {
      retryAfterSeconds: Math.max(1, wait),
    },
  );
}
