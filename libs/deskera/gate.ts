import type { DeskeraTarget } from './deskera.js';

/**
 * Predicts whether a call to Deskera would be made now. Asking first saves the database the lease of a call that
 * would be held back. The answer is no promise: the call itself decides.
 */
export abstract class DeskeraGate {
  /** Why a call would be held back; null if it would be made. */
  abstract holdsBack(
    target: DeskeraTarget,
    operation: 'refresh' | 'validate',
  ): 'deskera_unavailable' | 'client_refused' | null;
  /** API URLs to which no call would be made. */
  abstract closedApiUrls(): readonly string[];
  /** API URLs that gave no answers and may be probed: one call to each is enough. */
  abstract probedApiUrls(): readonly string[];

  awaitsProbe(apiUrl: string): boolean {
    return this.probedApiUrls().includes(apiUrl);
  }
}
