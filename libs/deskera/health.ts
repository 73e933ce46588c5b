import { HealthSource } from '#kernel';

export interface DeskeraSnapshot {
  /** `unavailable` wins where both are the case: nothing is known of a client while nobody answers. */
  readonly state: 'ok' | 'unavailable' | 'client_refused';
  /** Since when a host of Deskera's gives no answers; null: all do, as far as they were asked. */
  readonly unavailableSince: Date | null;
  /** Since when Deskera refuses our client with every secret it has; null: it does not. */
  readonly clientRefusedSince: Date | null;
  /** Slots that a caller's call could take right now. */
  readonly freeSlots: number;
}

/** Deskera as it is seen from this replica: the part `deskera`. Asks nobody. */
export abstract class DeskeraHealth extends HealthSource {
  abstract snapshot(): DeskeraSnapshot;
}
