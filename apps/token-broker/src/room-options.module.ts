import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { AccessOptions } from '#access';
import { BrokerConfig } from '#config';
import { EncryptionKeys } from '#crypto';
import { DeskeraOptions } from '#deskera';
import { NotificationsOptions } from '#notifications';
import { OauthOptions } from '#oauth';
import { LogOptions } from '#observability';
import { DatabaseOptions } from '#database';
import { SpoolOptions } from '#spool';
import { VaultOptions } from '#vault';
import { TokensOptions } from '#tokens';
import { RateLimitOptions } from './doors/rate-limit/index.js';
import { HttpOptions } from './doors/http/index.js';
import { ScheduleOptions } from './doors/schedule/index.js';
import * as fill from './room-options.js';

type Contract<Options> = abstract new () => Options;

function option<Options>(
  provide: Contract<Options>,
  useFactory: (config: BrokerConfig) => Options,
): FactoryProvider {
  return { provide, useFactory, inject: [BrokerConfig] };
}

const options = [
  option(LogOptions, fill.logOptions),
  option(EncryptionKeys, fill.encryptionKeys),
  option(DatabaseOptions, fill.databaseOptions),
  option(VaultOptions, fill.vaultOptions),
  option(SpoolOptions, fill.spoolOptions),
  option(DeskeraOptions, fill.deskeraOptions),
  option(TokensOptions, fill.tokensOptions),
  option(OauthOptions, fill.oauthOptions),
  option(NotificationsOptions, fill.notificationsOptions),
  option(AccessOptions, fill.accessOptions),
  option(RateLimitOptions, fill.rateLimitOptions),
  option(HttpOptions, fill.httpOptions),
  option(ScheduleOptions, fill.scheduleOptions),
];

/** Hands each room its options, and no room the configuration. */
@Global()
@Module({ providers: options, exports: options.map(({ provide }) => provide) })
export class RoomOptionsModule {
  /** For a process whose standard output is not for its log. */
  static withLog(logOptions: LogOptions): DynamicModule {
    return { module: RoomOptionsModule, providers: [{ provide: LogOptions, useValue: logOptions }] };
  }
}
