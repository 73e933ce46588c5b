import { Module } from '@nestjs/common';
import { CredentialSealer } from '#crypto';
import { Clock } from '#kernel';
import { SiteGuard, VaultModule } from '#vault';
import { GrantSpool } from './grant-spool.js';
import { openGrantSpool, openSpoolSeals } from './internal/open-grant-spool.js';
import { SpoolSeals } from './internal/spool-seals.js';
import { SpoolOptions } from './options.js';

/** The spool on this machine's disk. Requires `SpoolOptions` from a global module. */
@Module({
  imports: [VaultModule],
  providers: [
    {
      provide: GrantSpool,
      inject: [SpoolOptions, CredentialSealer, SiteGuard, Clock],
      useFactory: ({ dataFolder }: SpoolOptions, sealer: CredentialSealer, sites: SiteGuard, clock: Clock) =>
        openGrantSpool(dataFolder, sealer, sites, clock),
    },
    {
      provide: SpoolSeals,
      inject: [SpoolOptions, CredentialSealer, Clock],
      useFactory: ({ dataFolder }: SpoolOptions, sealer: CredentialSealer, clock: Clock) =>
        openSpoolSeals(dataFolder, sealer, clock),
    },
  ],
  exports: [GrantSpool, SpoolSeals],
})
export class SpoolModule {}
