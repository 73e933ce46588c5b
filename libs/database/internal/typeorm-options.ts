import { Logger } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { DatabaseOptions } from '../options.js';
import type { Login } from './login/login.js';
import { LoginClient } from './login/login-client.js';

/** One connection of the replica's share is the session that holds its lock and listens. */
const sessionConnections = 1;

/** No statement of the broker runs longer: one that does is stuck, or its connection is half-open. */
const statementSeconds = 5;

/** The pool's settings; the store's own connector opens it, so that a start during an outage is no failure. */
export function typeOrmOptions(options: DatabaseOptions, login: Login): TypeOrmModuleOptions {
  return {
    type: 'postgres',
    entities: [],
    synchronize: false,
    installExtensions: false,
    logging: false,
    manualInitialization: true,
    retryAttempts: 0,
    poolSize: Math.max(1, options.poolSize - sessionConnections),
    connectTimeoutMS: login.limitMilliseconds,
    poolErrorHandler: (error: Error) => {
      new Logger('Store').debug(`An idle database connection ended: ${error.message}`);
    },
    extra: {
      Client: LoginClient,
      login,
      query_timeout: statementSeconds * 1_000 * (options.slowdown ?? 1),
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      idleTimeoutMillis: 30_000,
    },
  };
}
