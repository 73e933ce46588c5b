import { stdTimeFunctions } from 'pino';
import type { Params } from 'nestjs-pino';
import type { LogOptions } from '../log-options.js';
import { processLog } from '../process-log.js';
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
  return { pinoHttp: [pinoOptions, options.destination ?? processLog(1)], forRoutes: [] };
}
