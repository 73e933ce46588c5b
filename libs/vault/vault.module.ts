import { Module } from '@nestjs/common';
import { CryptoModule } from '#crypto';
import { CredentialVault } from './credential-vault.js';
import { SealedStock } from './sealed-stock.js';
import { SiteGuard } from './site-guard.js';

/** Seals what is stored. Needs `VaultOptions` and `EncryptionKeys` from a global module. */
@Module({
  imports: [CryptoModule],
  providers: [CredentialVault, SealedStock, SiteGuard],
  exports: [CredentialVault, CryptoModule, SealedStock, SiteGuard],
})
export class VaultModule {}
