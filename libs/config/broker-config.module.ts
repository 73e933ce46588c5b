import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, registerAs } from '@nestjs/config';
import { BrokerConfig } from './broker-config.js';
import { readConfig } from './read-config.js';

/**
 * Offers the `BrokerConfig` to every module. `ConfigService` holds the same values under `broker`, and nothing else:
 * the environment is read once, by the parser, and no `.env` file is.
 */
@Module({})
export class BrokerConfigModule {
  /** @throws ConfigInvalid where the environment can't be used and no configuration was given instead */
  static forRoot(config: BrokerConfig = readConfig()): DynamicModule {
    const broker = registerAs('broker', () => config);
    return {
      module: BrokerConfigModule,
      global: true,
      imports: [
        ConfigModule.forRoot({
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          skipProcessEnv: true,
          load: [broker],
        }),
      ],
      providers: [
        { provide: BrokerConfig, useFactory: (parsed: BrokerConfig) => parsed, inject: [broker.KEY] },
      ],
      exports: [BrokerConfig],
    };
  }
}
