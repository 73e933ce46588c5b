import type { ApiVersion, Attempt, Failure, Secret } from '#kernel';

/** As it came in: each value may be missing, anything but a string, or too long. */
export interface RawCallback {
  readonly code: unknown;
  readonly state: unknown;
  readonly error: unknown;
  /** From the browser's cookies, which may be several; none in Deskera's own calls. */
  readonly browserIds: readonly Secret[];
}

/** What a door needs of a session to answer. */
export interface ReturningSession {
  readonly apiVersion: ApiVersion;
  /** Where a V2 callback sends the browser on: holds `session`, `status` and `code`, and no secret. */
  readonly returnTo: string;
}

export type CallbackResult =
  | { readonly kind: 'stored'; readonly session: ReturningSession }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** Null where the `state` did not tell. */
      readonly session: ReturningSession | null;
    };

/** Deskera's callbacks. */
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
