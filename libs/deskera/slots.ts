/** On-demand calls have a caller waiting; a quarter of the slots is kept for them. */
export type SlotUse = 'on_demand' | 'upkeep';

/** The right to have one call to Deskera in flight. */
export interface Slot {
  /** Gives the slot back; a second time is harmless. */
  release(): void;
}

/** Bounds the calls to Deskera that this replica has in flight (`DESKERA_MAX_CONCURRENCY`). */
export abstract class DeskeraSlots {
  /** Waits its turn, at most so long; null where none came free. The queue is bounded too: full means null. */
  abstract take(use: SlotUse, waitMilliseconds: number): Promise<Slot | null>;
  /** Resolves when a slot is given back for which nobody waited. */
  abstract untilOneIsFree(): Promise<void>;
  /** How many a use may hold at best. */
  abstract most(use: SlotUse): number;
  /** How many a use could take right now. */
  abstract free(use: SlotUse): number;
}
