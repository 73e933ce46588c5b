import { Module, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CredentialSealer, CryptoModule } from '#crypto';
import { Clock } from '#kernel';
import { ChangeFeed } from './change-feed.js';
import { ConnectSessionStore } from './connect-session-store.js';
import { ConnectionAdoptions } from './connection-adoptions.js';
import { ConnectionLeases } from './connection-leases.js';
import { ConnectionListing } from './connection-listing.js';
import { ConnectionReads } from './connection-reads.js';
import { ConnectionSaves } from './connection-saves.js';
import { DatabaseReadiness } from './database-readiness.js';
import { DatabaseTime } from './database-time.js';
import { GrantImportStore } from './grant-import-store.js';
import { GrantSpool } from './grant-spool.js';
import { HandOutStore } from './hand-out-store.js';
import { AcceptedQueue } from './internal/accepted-queue.js';
import { ConnectSessionSql } from './internal/connect-session-store.js';
import { ConnectionAdoptionsSql } from './internal/connection-adoptions-sql.js';
import { ConnectionLeasesSql } from './internal/connection-leases-sql.js';
import { ConnectionListingSql } from './internal/connection-listing-sql.js';
import { ConnectionReadsSql } from './internal/connection-reads-sql.js';
import { ConnectionSavesSql } from './internal/connection-saves-sql.js';
import { CredentialVault } from './internal/credential-vault.js';
import { Database } from './internal/database.js';
import { DatabaseConnector } from './internal/database-connector.js';
import { DatabaseOrigin } from './internal/database-origin.js';
import { GrantImportSql } from './internal/grant-import-sql.js';
import { HandOutSql } from './internal/hand-out-store.js';
import { DatabaseLogins } from './internal/login/database-logins.js';
import { LoginModule } from './internal/login/login.module.js';
import { NotedRefusals } from './internal/noted-refusals.js';
import { ObservedDatabaseTime } from './internal/observed-database-time.js';
import { PolledChangeFeed } from './internal/polled-change-feed.js';
import { SealedCredentials } from './internal/sealed-credentials.js';
import { ServiceKeySql } from './internal/service-key-store.js';
import { ServerLives } from './internal/server-lives.js';
import { SessionConnection } from './internal/session-connection.js';
import { openGrantSpool, openSpoolSeals } from './internal/spool/open-grant-spool.js';
import { SiteGuard } from './internal/site-guard.js';
import { StoredSeals } from './internal/stored-seals.js';
import { typeOrmOptions } from './internal/typeorm-options.js';
import { DeliveryJobs } from './internal/webhooks/delivery-jobs.js';
import { OpenedSecrets } from './internal/webhooks/opened-secrets.js';
import { SealedWebhookSecrets } from './internal/webhooks/sealed-webhook-secrets.js';
import { WebhookDeliveriesSql } from './internal/webhooks/webhook-deliveries-sql.js';
import { WebhookEndpointsSql } from './internal/webhooks/webhook-endpoints-sql.js';
import { StoreOptions } from './options.js';
import { LostCommits } from './lost-commits.js';
import { RefusedWrites } from './refused-writes.js';
import { ReplicaSession } from './replica-session.js';
import { SealedStock } from './sealed-rows.js';
import { ServiceKeyStore } from './service-key-store.js';
import { WebhookDeliveryStore } from './webhook-deliveries.js';
import { WebhookEndpointStore } from './webhook-endpoints.js';

const contracts: Provider[] = [
  { provide: DatabaseReadiness, useClass: DatabaseConnector },
  { provide: DatabaseTime, useExisting: ObservedDatabaseTime },
  { provide: RefusedWrites, useExisting: NotedRefusals },
  { provide: LostCommits, useExisting: DatabaseOrigin },
  { provide: ReplicaSession, useClass: SessionConnection },
  { provide: ChangeFeed, useClass: PolledChangeFeed },
  { provide: ConnectionReads, useClass: ConnectionReadsSql },
  { provide: ConnectionLeases, useClass: ConnectionLeasesSql },
  { provide: ConnectionSaves, useClass: ConnectionSavesSql },
  { provide: ConnectionAdoptions, useClass: ConnectionAdoptionsSql },
  { provide: ConnectionListing, useClass: ConnectionListingSql },
  { provide: ConnectSessionStore, useClass: ConnectSessionSql },
  { provide: GrantImportStore, useClass: GrantImportSql },
  { provide: ServiceKeyStore, useClass: ServiceKeySql },
  { provide: HandOutStore, useClass: HandOutSql },
  { provide: WebhookEndpointStore, useClass: WebhookEndpointsSql },
  { provide: WebhookDeliveryStore, useClass: WebhookDeliveriesSql },
  {
    provide: GrantSpool,
    inject: [StoreOptions, CredentialSealer, SiteGuard, Clock],
    useFactory: ({ dataFolder }: StoreOptions, sealer: CredentialSealer, sites: SiteGuard, clock: Clock) =>
      openGrantSpool(dataFolder, sealer, sites, clock),
  },
  {
    provide: SealedStock,
    inject: [StoreOptions, CredentialSealer, Clock, SealedCredentials, SealedWebhookSecrets],
    // Another kind of rows that hold seals is one more here.
    useFactory: (
      { dataFolder }: StoreOptions,
      sealer: CredentialSealer,
      clock: Clock,
      credentials: SealedCredentials,
      webhookSecrets: SealedWebhookSecrets,
    ) => new StoredSeals(sealer, [credentials, webhookSecrets], openSpoolSeals(dataFolder, sealer, clock)),
  },
];

/** Everything that is kept. Needs a `StoreOptions` and the crypto room's options from a global module. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      imports: [LoginModule],
      inject: [StoreOptions, DatabaseLogins],
      useFactory: (options: StoreOptions, logins: DatabaseLogins) => typeOrmOptions(options, logins.pooled),
    }),
    LoginModule,
    CryptoModule,
  ],
  providers: [
    AcceptedQueue,
    Database,
    CredentialVault,
    DeliveryJobs,
    NotedRefusals,
    ObservedDatabaseTime,
    OpenedSecrets,
    SealedCredentials,
    SealedWebhookSecrets,
    SiteGuard,
    DatabaseOrigin,
    ServerLives,
    ...contracts,
  ],
  exports: contracts.map((provider) => (provider as { provide: abstract new () => unknown }).provide),
})
export class StoreModule {}
