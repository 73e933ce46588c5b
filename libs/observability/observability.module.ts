import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { BrokerLogger } from './broker-logger.js';
import { loggerParameters } from './internal/pino-options.js';
import { RequestLog } from './internal/request-log.js';
import { LogOptions } from './log-options.js';

/** Logs as JSON lines. Requires `LogOptions` from the application, which makes `BrokerLogger` Nest's own. */
@Module({
  imports: [LoggerModule.forRootAsync({ inject: [LogOptions], useFactory: loggerParameters })],
  providers: [BrokerLogger, RequestLog],
  exports: [BrokerLogger],
})
export class ObservabilityModule {}
