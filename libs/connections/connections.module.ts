import { Module } from '@nestjs/common';
import { DatabaseModule } from '#database';
import { EncryptedRecords, VaultModule } from '#vault';
import { ConnectSessionStore } from './connect-session-store.js';
import { ConnectionAdoptions } from './connection-adoptions.js';
import { ConnectionLeases } from './connection-leases.js';
import { ConnectionListing } from './connection-listing.js';
import { ConnectionReads } from './connection-reads.js';
import { ConnectionSaves } from './connection-saves.js';
import { GrantImportStore } from './grant-import-store.js';
import { ConnectSessionSql } from './internal/sql/connect-session-sql.js';
import { ConnectionAdoptionsSql } from './internal/sql/connection-adoptions-sql.js';
import { ConnectionLeasesSql } from './internal/sql/connection-leases-sql.js';
import { ConnectionListingSql } from './internal/sql/connection-listing-sql.js';
import { ConnectionReadsSql } from './internal/sql/connection-reads-sql.js';
import { ConnectionSavesSql } from './internal/sql/connection-saves-sql.js';
import { GrantImportSql } from './internal/sql/grant-import-sql.js';
import { EncryptedCredentials } from './internal/sql/encrypted-credentials.js';

/** The rows of connections, of their grants and of connect sessions. */
@Module({
  imports: [DatabaseModule, VaultModule],
  providers: [
    EncryptedCredentials,
    { provide: ConnectSessionStore, useClass: ConnectSessionSql },
    { provide: ConnectionAdoptions, useClass: ConnectionAdoptionsSql },
    { provide: ConnectionLeases, useClass: ConnectionLeasesSql },
    { provide: ConnectionListing, useClass: ConnectionListingSql },
    { provide: ConnectionReads, useClass: ConnectionReadsSql },
    { provide: ConnectionSaves, useClass: ConnectionSavesSql },
    { provide: GrantImportStore, useClass: GrantImportSql },
  ],
  exports: [
    ConnectSessionStore,
    ConnectionAdoptions,
    ConnectionLeases,
    ConnectionListing,
    ConnectionReads,
    ConnectionSaves,
    GrantImportStore,
  ],
})
export class ConnectionsModule {
  constructor(stock: EncryptedRecords, credentials: EncryptedCredentials) {
    stock.add(credentials);
  }
}
