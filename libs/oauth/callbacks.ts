import type { ApiVersion, Attempt, Failure, Secret } from '#kernel';

/** The raw callback: each value may be missing, not a string, or too long. */
export interface RawCallback {
  readonly code: unknown;
  readonly state: unknown;
  readonly error: unknown;
  /** From the browser's cookies; several are possible, none in calls of Deskera's servers. */
  readonly browserIds: readonly Secret[];
}

/** The part of a session that the answer needs. */
export interface ReturningSession {
  readonly apiVersion: ApiVersion;
  /** Page to which a V2 callback redirects the browser, with `session`, `status` and `code`, and without a secret. */
  readonly returnTo: string;
}

export type CallbackResult =
  | { readonly kind: 'stored'; readonly session: ReturningSession }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** Null if the `state` is unknown. */
      readonly session: ReturningSession | null;
    };

/** Handles Deskera's callbacks. */
export abstract class Callbacks {
  /**
   * Exchanges the code and stores the grant, once per `state` over all replicas; the same `state` and code again waits
   * for that and gets the same result. The exchange belongs to the process: a caller that leaves ends nothing.
   *
   * The attempt is charged first, and refunded where an exchange or a denial follows, which uses the `state` up. Where
   * nothing is left, any other callback fails as of an unknown `state`, and is looked up together with all others of its kind. Left out: nobody counts.
   *
   * Result `failed` with Failure `invalid_request`, `missing_state`, `missing_code`, `unknown_state`, `wrong_browser`,
   * `access_denied`, `state_already_used`, `state_expired`, `org_mismatch`, `org_connected_elsewhere`,
   * `connect_superseded`, `code_exchange_failed`, `deskera_unavailable`, `deskera_client_refused`, `broker_unavailable`.
   */
  abstract handle(callback: RawCallback, attempt?: Attempt): Promise<CallbackResult>;
}
