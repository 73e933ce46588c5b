import type { DeskeraTarget } from './deskera.js';

/**
 * Whether Deskera would be asked at all just now. Asking the gate first spares the database the lease of a call that
 * would be held back; it promises nothing: the call itself is held back or not.
 */
export abstract class DeskeraGate {
  /** Why a call would be held back; null: it would be made. */
  abstract holdsBack(
    target: DeskeraTarget,
    operation: 'refresh' | 'validate',
  ): 'deskera_unavailable' | 'client_refused' | null;
  /** The API URLs to which no call at all would be made. */
  abstract closedApiUrls(): readonly string[];
  /** Those that gave no answers and may be asked once more: one call to each is enough to find out. */
  abstract probedApiUrls(): readonly string[];

  awaitsProbe(apiUrl: string): boolean {
    return this.probedApiUrls().includes(apiUrl);
  }
}
