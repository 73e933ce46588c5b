import { Module } from '@nestjs/common';
import { CredentialSealer } from './credential-sealer.js';
import { HmacSiteSealer } from './internal/hmac-site-sealer.js';
import { JweSealer } from './internal/jwe-sealer.js';
import { SiteSealer } from './site-sealer.js';

/** Requires `EncryptionKeys` from the application. */
@Module({
  providers: [
    { provide: CredentialSealer, useClass: JweSealer },
    { provide: SiteSealer, useClass: HmacSiteSealer },
  ],
  exports: [CredentialSealer, SiteSealer],
})
export class CryptoModule {}
