import type { Logger } from '@nestjs/common';
import { Failure } from '#kernel';

interface TroubleWords {
  /** What failed; the failure's message follows. */
  readonly passing: string;
  /** Log level: `debug` for work that is retried and affects nobody. */
  readonly passingLevel: 'debug' | 'warn';
  /** A whole sentence. */
  readonly defect: string;
}

/** For repeated work: a failure, such as a database that is away, will pass; any other error is a defect. */
export function logTrouble(
  logger: Logger,
  error: unknown,
  { passing, passingLevel, defect }: TroubleWords,
): void {
  if (error instanceof Failure) logger[passingLevel](`${passing}: ${error.internal ?? error.code}`);
  else logger.error(defect, error instanceof Error ? error.stack : undefined);
}
