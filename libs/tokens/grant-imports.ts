import type { ApiVersion, Secret, TenantId } from '#kernel';
import type { ConnectionView } from './connections.js';

/** An existing grant that was obtained by another program. */
export interface GrantImport {
  readonly tenantId: TenantId;
  readonly apiVersion: ApiVersion;
  readonly refreshToken: Secret;
  /** Null if only the refresh token is known. */
  readonly token: Secret | null;
  /** The only accepted org id; null for any. */
  readonly requiredOrgId: string | null;
}

export interface ImportedGrant {
  readonly connection: ConnectionView;
  /** True if the tenant's connection already held or had used this refresh token; nothing was stored. */
  readonly wasThere: boolean;
}

/** Imports existing grants as connections. */
export abstract class GrantImports {
  /**
   * Validates the token once (don't know: stored as a connect does), or where there is none or Deskera refuses it trades
   * the refresh token once, and adopts the grant like a connect: the newest wins. Where it fails nothing is left behind,
   * and the same import may be tried again; the same import twice is the same connection.
   *
   * @throws Failure `invalid_request`, `org_mismatch`, `org_connected_elsewhere`, `connect_superseded`, `grant_refused`,
   * `deskera_unavailable`, `deskera_client_refused`, `broker_unavailable`; with the last one the grant may be in the
   * spool, and an import that is tried again finds it
   */
  abstract import(grant: GrantImport): Promise<ImportedGrant>;
}
