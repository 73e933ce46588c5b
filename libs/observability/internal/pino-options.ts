import { destination, stdTimeFunctions } from 'pino';
import type { Params } from 'nestjs-pino';
import type { LogOptions } from '../log-options.js';
import { loggable } from './loggable.js';
import { requestContext } from './request-context.js';
import { scrubbed } from './scrub.js';

/** JSON lines. Requests are logged by `RequestLog`, so nothing of pino-http's own is taken. */
export function loggerParameters(options: LogOptions): Params {
  const pinoOptions = {
    level: options.level,
    autoLogging: false,
    timestamp: stdTimeFunctions.isoTime,
    mixin: requestContext,
    formatters: { level: (label: string) => ({ level: label }), log: loggable },
    hooks: { streamWrite: scrubbed },
  };
  return { pinoHttp: [pinoOptions, options.destination ?? standardOutput()], forRoutes: [] };
}

/** A slow reader of our output holds nothing up; what is not written yet is flushed when the process exits. */
function standardOutput(): ReturnType<typeof destination> {
  return destination({ dest: 1, sync: false });
}
