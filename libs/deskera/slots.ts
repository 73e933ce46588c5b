/** A caller waits for an on-demand call; a quarter of the slots is reserved for these. */
export type SlotUse = 'on_demand' | 'upkeep';

/** The right to have one call to Deskera in flight. */
export interface Slot {
  /** Releases the slot; a second call is harmless. */
  release(): void;
}

/** Limits this replica's concurrent calls to Deskera (`DESKERA_MAX_CONCURRENCY`). */
export abstract class DeskeraSlots {
  /**
   * Waits for a slot, at most the given time.
   * @returns null if no slot became free or the queue is full
   */
  abstract take(use: SlotUse, waitMilliseconds: number): Promise<Slot | null>;
  /** Resolves when a slot is released that nobody waits for. */
  abstract untilOneIsFree(): Promise<void>;
  /** Maximum number of slots for a use. */
  abstract most(use: SlotUse): number;
  /** Number of slots that a use could take now. */
  abstract free(use: SlotUse): number;
}
