import type { Logger } from '@nestjs/common';
import { Failure } from '#kernel';

interface TroubleWords {
  /** What did not come about this time; the failure's own words follow. */
  readonly passing: string;
  /** How loud that is: what is tried again by itself and felt by nobody is for debugging. */
  readonly passingLevel: 'debug' | 'warn';
  /** A whole sentence. */
  readonly defect: string;
}

/** For work that is done again and again: a failure, such as a database that is away, passes; anything else is a defect. */
export function logTrouble(
  logger: Logger,
  error: unknown,
  { passing, passingLevel, defect }: TroubleWords,
): void {
  if (error instanceof Failure) logger[passingLevel](`${passing}: ${error.internal ?? error.code}`);
  else logger.error(defect, error instanceof Error ? error.stack : undefined);
}
