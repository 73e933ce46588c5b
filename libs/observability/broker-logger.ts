import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** What Nest tells of its own start, a line for each module and route. */
const wiring: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
]);

/** What the application's Nest `Logger` writes through: `app.useLogger(app.get(BrokerLogger))`. */
@Injectable()
export class BrokerLogger extends Logger {
  override log(message: unknown, ...parameters: unknown[]): void {
    if (wiring.has(parameters.at(-1))) this.debug(message, ...parameters);
    else super.log(message, ...parameters);
  }
}
