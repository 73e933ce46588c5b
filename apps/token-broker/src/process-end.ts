import { Logger } from '@nestjs/common';
import { SystemClock } from '#kernel';
import { flushProcessLog } from '#observability';
import { describeError } from './doors/http/index.js';

/** A room that hangs while it is closed holds nobody up for ever; above the drain's own limit. */
const hardLimitMilliseconds = 29_000;
/** A log that is not taken by then is not waited for. */
const flushMilliseconds = 1_000;

const logger = new Logger('Broker');
let ending = false;

/** SIGTERM and SIGINT end the process in order; many of them are one. */
export function endOnSignal(stop: () => Promise<void>): void {
  const end = (signal: NodeJS.Signals): void => {
    if (ending) return;
    ending = true;
    logger.log(`${signal}: stopping`);
    new SystemClock().after(hardLimitMilliseconds, () => {
      logger.warn('stopped, but not all was closed in time');
      process.exit(1);
    });
    stop().then(
      () => {
        logger.log('stopped');
        exitAfterLog(0);
      },
      (error: unknown) => {
        logger.error({ msg: 'stopped, but not in order', ...describeError(error) });
        exitAfterLog(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** What no code of ours expected ends the process: what it left undone is taken over from the database's record. */
export function endOnDefect(): void {
  const end = (error: unknown): void => {
    logger.fatal({ msg: 'A defect: the process ends', ...describeError(error) });
    process.exit(1);
  };
  process.on('unhandledRejection', end);
  process.on('uncaughtException', end);
}

/** Ends at once where there is nothing to drain; a stop that is under way goes on instead. */
export function endProcess(code: number): void {
  if (ending) return;
  ending = true;
  exitAfterLog(code);
}

function exitAfterLog(code: number): void {
  void flushProcessLog(flushMilliseconds).then(() => process.exit(code));
}
