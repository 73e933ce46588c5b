import { Module } from '@nestjs/common';
import { StoreModule } from '#store';
import { AdminTrail } from './admin-trail.js';
import { Authenticator } from './authenticator.js';
import { KeyAuthenticator } from './internal/key-authenticator.js';
import { RememberedKeys } from './internal/remembered-keys.js';
import { StoredAdminTrail } from './internal/stored-admin-trail.js';
import { StoredServiceKeys } from './internal/stored-service-keys.js';
import { ServiceKeys } from './service-keys.js';

/** Who may do what. Needs an `AccessOptions` from a global module. */
@Module({
  imports: [StoreModule],
  providers: [
    RememberedKeys,
    { provide: Authenticator, useClass: KeyAuthenticator },
    { provide: ServiceKeys, useClass: StoredServiceKeys },
    { provide: AdminTrail, useClass: StoredAdminTrail },
  ],
  exports: [Authenticator, ServiceKeys, AdminTrail],
})
export class AccessModule {}
