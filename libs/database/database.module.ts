import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChangeFeed } from './change-feed.js';
import { DatabaseReadiness } from './database-readiness.js';
import { DatabaseTime } from './database-time.js';
import { DatabaseConnector } from './internal/database-connector.js';
import { DatabaseOrigin } from './internal/database-origin.js';
import { Database } from './internal/database.js';
import { DatabaseLogins } from './internal/login/database-logins.js';
import { LoginModule } from './internal/login/login.module.js';
import { NotedRefusals } from './internal/noted-refusals.js';
import { ObservedDatabaseTime } from './internal/observed-database-time.js';
import { PolledChangeFeed } from './internal/polled-change-feed.js';
import { AcceptedQueue } from './internal/queue/accepted-queue.js';
import { ServerLives } from './internal/server-lives.js';
import { SessionConnection } from './internal/session-connection.js';
import { typeOrmOptions } from './internal/typeorm-options.js';
import { LostCommits } from './lost-commits.js';
import { DatabaseOptions } from './options.js';
import { RefusedWrites } from './refused-writes.js';
import { ReplicaSession } from './replica-session.js';

/**
 * Connections to PostgreSQL, the change feed, and facts about the server. Requires `DatabaseOptions` from a global
 * module.
 */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      imports: [LoginModule],
      inject: [DatabaseOptions, DatabaseLogins],
      useFactory: (options: DatabaseOptions, logins: DatabaseLogins) =>
        typeOrmOptions(options, logins.pooled),
    }),
    LoginModule,
  ],
  providers: [
    AcceptedQueue,
    Database,
    DatabaseOrigin,
    NotedRefusals,
    ObservedDatabaseTime,
    ServerLives,
    { provide: ChangeFeed, useClass: PolledChangeFeed },
    { provide: DatabaseReadiness, useClass: DatabaseConnector },
    { provide: DatabaseTime, useExisting: ObservedDatabaseTime },
    { provide: LostCommits, useExisting: DatabaseOrigin },
    { provide: RefusedWrites, useExisting: NotedRefusals },
    { provide: ReplicaSession, useClass: SessionConnection },
  ],
  exports: [
    AcceptedQueue,
    ChangeFeed,
    Database,
    DatabaseOrigin,
    DatabaseReadiness,
    DatabaseTime,
    LostCommits,
    ObservedDatabaseTime,
    RefusedWrites,
    ReplicaSession,
    ServerLives,
  ],
})
export class DatabaseModule {}
