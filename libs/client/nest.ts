import {
  Module,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common';
import { TokenBrokerClient } from './client.js';
import type { TokenBrokerOptions } from './options.js';

export interface DeskeraTokenModuleOptions extends TokenBrokerOptions {
  /** Whether every module of the application may inject the client without importing this one (false). */
  readonly isGlobal?: boolean;
}

export interface DeskeraTokenModuleAsyncOptions {
  readonly imports?: ModuleMetadata['imports'];
  /** What `useFactory` is given. */
  readonly inject?: FactoryProvider['inject'];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as Nest's own factories: what is injected is known by tokens, not by types
  readonly useFactory: (...injected: any[]) => TokenBrokerOptions | Promise<TokenBrokerOptions>;
  readonly isGlobal?: boolean;
}

/** Provides and exports one `TokenBrokerClient`. */
@Module({})
export class DeskeraTokenModule {
  /** @throws TypeError, RangeError where an option is wrong */
  static forRoot({ isGlobal = false, ...options }: DeskeraTokenModuleOptions): DynamicModule {
    return moduleWith({ provide: TokenBrokerClient, useValue: new TokenBrokerClient(options) }, isGlobal);
  }

  /** The application does not start where the factory's options are wrong. */
  static forRootAsync(options: DeskeraTokenModuleAsyncOptions): DynamicModule {
    const client: Provider = {
      provide: TokenBrokerClient,
      inject: options.inject ?? [],
      useFactory: async (...injected: unknown[]) =>
        new TokenBrokerClient(await options.useFactory(...injected)),
    };
    return { ...moduleWith(client, options.isGlobal ?? false), imports: options.imports ?? [] };
  }
}

function moduleWith(client: Provider, isGlobal: boolean): DynamicModule {
  return { module: DeskeraTokenModule, global: isGlobal, providers: [client], exports: [TokenBrokerClient] };
}
