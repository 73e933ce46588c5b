import { HealthSource } from '#kernel';

/** The scheduled checker and refresher. */
export abstract class Upkeep extends HealthSource {
  /**
   * Checks and refreshes the due connections as far as this replica has free slots. Does nothing while an earlier
   * sweep runs.
   */
  abstract sweep(): Promise<void>;
}
