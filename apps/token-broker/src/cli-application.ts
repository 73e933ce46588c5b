import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BrokerConfigModule, type BrokerConfig } from '#config';
import { Clock, Failure, KernelModule } from '#kernel';
import { BrokerLogger, ObservabilityModule, type LogOptions } from '#observability';
import { DatabaseReadiness, databaseIsReadOnly } from '#database';
import { CliDoorModule, CliRooms } from './doors/cli/index.js';
import { RoomOptionsModule } from './room-options.module.js';

const longestWaitMilliseconds = 10_000;

@Module({})
class CliModule {
  static forRoot(config: BrokerConfig, logOptions: LogOptions): DynamicModule {
    return {
      module: CliModule,
      imports: [
        BrokerConfigModule.forRoot(config),
        RoomOptionsModule.withLog(logOptions),
        KernelModule,
        ObservabilityModule,
        CliDoorModule,
      ],
    };
  }
}

/** The broker's rooms without its listeners and timers, for one command. */
export class CliApplication {
  private constructor(private readonly context: INestApplicationContext) {}

  /** @throws Failure `broker_unavailable` where the database does not answer in time; SchemaRefused */
  static async open(config: BrokerConfig, logOptions: LogOptions): Promise<CliApplication> {
    const context = await NestFactory.createApplicationContext(CliModule.forRoot(config, logOptions), {
      bufferLogs: true,
      abortOnError: false,
    });
    context.useLogger(context.get(BrokerLogger));
    const application = new CliApplication(context);
    try {
      await application.#untilReady();
      return application;
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  get rooms(): CliRooms {
    return this.context.get(CliRooms, { strict: false });
  }

  /** Saves or spools what Deskera handed out, and lets go of the database. */
  close(): Promise<void> {
    return this.context.close();
  }

  async #untilReady(): Promise<void> {
    const readiness = this.context.get(DatabaseReadiness, { strict: false });
    const ready = Promise.withResolvers<boolean>();
    readiness.whenAccepted(() => {
      ready.resolve(true);
    });
    readiness.onRefused(ready.reject);
    const cancel = this.context.get(Clock, { strict: false }).after(longestWaitMilliseconds, () => {
      ready.resolve(false);
    });
    const isReady = await ready.promise;
    cancel();
    if (isReady) return;
    if (readiness.isReadOnly()) throw new Failure('broker_unavailable', databaseIsReadOnly);
    const trouble = readiness.trouble();
    const why = trouble === null ? '' : ` Look at ${trouble.setting}: ${trouble.cause}.`;
    throw new Failure('broker_unavailable', `The database does not answer.${why}`);
  }
}
