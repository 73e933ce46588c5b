import { HealthSource } from '#kernel';

export interface DeskeraSnapshot {
  /** `unavailable` wins if both apply: the state of the client is unknown while Deskera does not answer. */
  readonly state: 'ok' | 'unavailable' | 'client_refused';
  /** Time since which a Deskera host gives no answers; null if all called hosts answer. */
  readonly unavailableSince: Date | null;
  /** Time since which Deskera refuses the client with every secret; null if it does not. */
  readonly clientRefusedSince: Date | null;
  /** Free slots for on-demand calls. */
  readonly freeSlots: number;
}

/** The health of Deskera as this replica sees it: the part `deskera`. Makes no call. */
export abstract class DeskeraHealth extends HealthSource {
  abstract snapshot(): DeskeraSnapshot;
}
