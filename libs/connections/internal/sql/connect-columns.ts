import type { ApiVersion, TenantId } from '#kernel';
import type {
  Activation,
  ConnectSessionRecord,
  ConnectSessionStatus,
  ConnectStateRecord,
} from '../../connect-session-store.js';

/** The session's columns where `s` is connect_session. */
export const sessionColumns = `
  s.session_sha256, s.tenant_id, s.api_version, s.api_url, s.redirect_uri, s.org_id, s.label, s.activation,
  s.expires_at, extract(epoch FROM s.expires_at - clock_timestamp())::float8 AS expires_in_seconds,
  s.status, s.failure_code, s.connection_id, s.connect_number, s.ended_at IS NOT NULL AS ended`;

/** The state's columns where `t` is connect_state. */
export const stateColumns = `
  t.state_sha256, t.browser_sha256, t.code_sha256, t.connect_number AS state_connect_number,
  extract(epoch FROM clock_timestamp() - t.consumed_at)::float8 AS consumed_seconds,
  t.decided_at IS NOT NULL AS decided, t.failure_code AS state_failure_code`;

/** As `pg` returns it: a bigint is text. */
export interface SessionRow {
  readonly [column: string]: unknown;
  readonly session_sha256: Buffer;
  readonly tenant_id: string;
  readonly api_version: ApiVersion;
  readonly api_url: string;
  readonly redirect_uri: string | null;
  readonly org_id: string | null;
  readonly label: string | null;
  readonly activation: Activation;
  readonly expires_at: Date;
  readonly expires_in_seconds: number;
  readonly status: ConnectSessionStatus;
  readonly failure_code: string | null;
  readonly connection_id: string | null;
  readonly connect_number: string | null;
  readonly ended: boolean;
}

export interface StateRow extends SessionRow {
  readonly state_sha256: Buffer;
  readonly browser_sha256: Buffer;
  readonly code_sha256: Buffer | null;
  readonly state_connect_number: string | null;
  readonly consumed_seconds: number | null;
  readonly decided: boolean;
  readonly state_failure_code: string | null;
}

export function toSession(row: SessionRow): ConnectSessionRecord {
  return {
    sessionSha256: row.session_sha256,
    tenantId: row.tenant_id as TenantId,
    apiVersion: row.api_version,
    apiUrl: row.api_url,
    redirectUri: row.redirect_uri,
    orgId: row.org_id,
    label: row.label,
    activation: row.activation,
    expiresAt: row.expires_at,
    expiresInSeconds: row.expires_in_seconds,
    expired: row.expires_in_seconds <= 0,
    status: row.status,
    failureCode: row.failure_code,
    connectionId: row.connection_id,
    connectNumber: row.connect_number === null ? null : Number(row.connect_number),
    ended: row.ended,
  };
}

export function toState(row: StateRow): ConnectStateRecord {
  return {
    stateSha256: row.state_sha256,
    browserSha256: row.browser_sha256,
    session: toSession(row),
    consumed: toConsumed(row),
    decided: row.decided ? { failureCode: row.state_failure_code } : null,
  };
}

function toConsumed(row: StateRow): ConnectStateRecord['consumed'] {
  const { code_sha256: codeSha256, state_connect_number: number, consumed_seconds: ageSeconds } = row;
  if (codeSha256 === null || number === null || ageSeconds === null) return null;
  return { codeSha256, connectNumber: Number(number), ageSeconds };
}
