import { MessageChannel } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { SystemClock } from '#kernel';
import { flushProcessLog } from '#observability';
import { describeError } from './doors/http/index.js';

/** A room that hangs while it is closed does not keep the process alive: above the drain's own limit by so much. */
const marginMilliseconds = 4_000;

/** A log that is not taken by then is not waited for. */
const flushMilliseconds = 1_000;

const endingSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;
/** Settings are read at the start only, and a debugger is never opened: these do nothing. Node.js or the system would act on them. */
const ignoredSignals = ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/** A broker that can be told to stop. */
export interface Stoppable {
  stop(): Promise<void>;
  readonly longestStopMilliseconds: number;
}

const logger = new Logger('Broker');
let ending = false;

/**
 * SIGTERM, SIGINT and SIGQUIT end the process in order; many of them are one. No other signal that can be caught ends it.
 * @param broker null: there is none yet, and nothing to close
 */
export function endOnSignal(broker: () => Stoppable | null): void {
  const end = (signal: NodeJS.Signals): void => {
    if (ending) return;
    ending = true;
    logger.log(`${signal}: stopping`);
    keepAlive();
    const { stop, limitMilliseconds } = stopOf(broker());
    new SystemClock().after(limitMilliseconds, () => {
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
  for (const signal of endingSignals) process.on(signal, end);
  for (const signal of ignoredSignals) {
    process.on(signal, () => {
      logger.log(`${signal}: ignored`);
    });
  }
}

/** The clock's timers keep no process alive, and a broker that closes soon has nothing else that does. */
function keepAlive(): void {
  new MessageChannel().port1.on('message', () => undefined);
}

function stopOf(broker: Stoppable | null): { stop: () => Promise<void>; limitMilliseconds: number } {
  if (broker === null) return { stop: () => Promise.resolve(), limitMilliseconds: marginMilliseconds };
  return {
    stop: () => broker.stop(),
    limitMilliseconds: broker.longestStopMilliseconds + marginMilliseconds,
  };
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
