import { Module } from '@nestjs/common';
import { DatabaseModule } from '#database';
import { AccessUpkeep } from './access-upkeep.js';
import { AdminTrail } from './admin-trail.js';
import { Authenticator } from './authenticator.js';
import { HandOutHistory } from './hand-out-history.js';
import { HandOuts } from './hand-outs.js';
import { BatchedWrites } from './internal/batched-writes.js';
import { HandOutWriter } from './internal/hand-out-writer.js';
import { AccessStorageModule } from './internal/sql/access-storage.module.js';
import { KeyAuthenticator } from './internal/key-authenticator.js';
import { KeyUses } from './internal/key-uses.js';
import { RememberedKeys } from './internal/remembered-keys.js';
import { StoredAdminTrail } from './internal/stored-admin-trail.js';
import { StoredHandOuts } from './internal/stored-hand-outs.js';
import { StoredServiceKeys } from './internal/stored-service-keys.js';
import { ServiceKeys } from './service-keys.js';

/** Authenticates callers and manages service keys. Requires `AccessOptions` from a global module. */
@Module({
  imports: [AccessStorageModule, DatabaseModule],
  providers: [
    HandOutWriter,
    KeyUses,
    RememberedKeys,
    { provide: Authenticator, useClass: KeyAuthenticator },
    { provide: ServiceKeys, useClass: StoredServiceKeys },
    { provide: AdminTrail, useClass: StoredAdminTrail },
    { provide: HandOuts, useExisting: HandOutWriter },
    { provide: HandOutHistory, useClass: StoredHandOuts },
    { provide: AccessUpkeep, useClass: BatchedWrites },
  ],
  exports: [AccessUpkeep, AdminTrail, Authenticator, HandOutHistory, HandOuts, ServiceKeys],
})
export class AccessModule {}
