import type { ApiVersion, Secret, TenantId } from '#kernel';
import type { ConnectionView } from './connections.js';

/** A grant that somebody else has obtained and kept, to be a connection from now on. */
export interface GrantImport {
  readonly tenantId: TenantId;
  readonly apiVersion: ApiVersion;
  readonly refreshToken: Secret;
  /** Null: only the refresh token was kept. */
  readonly token: Secret | null;
  /** The only org id accepted; null: any. */
  readonly requiredOrgId: string | null;
}

export interface ImportedGrant {
  readonly connection: ConnectionView;
  /** The tenant's connection held or had spent this very refresh token before: nothing was adopted. */
  readonly wasThere: boolean;
}

/** Makes connections of grants that exist already. */
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
