import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** Nest's own start-up messages, one for each module and route. */
const wiring: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
]);

/** The logger of the application: `app.useLogger(app.get(BrokerLogger))`. */
@Injectable()
export class BrokerLogger extends Logger {
  override log(message: unknown, ...parameters: unknown[]): void {
    if (wiring.has(parameters.at(-1))) this.debug(message, ...parameters);
    else super.log(message, ...parameters);
  }
}
