import { HealthSource } from '#kernel';

/** The scheduled validity checker and refresher: what is due, in one round. */
export abstract class Upkeep extends HealthSource {
  /** Works on what is due, as far as this replica has free slots; a round that is still going on is not doubled. */
  abstract sweep(): Promise<void>;
}
