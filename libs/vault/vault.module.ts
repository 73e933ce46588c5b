import { Module } from '@nestjs/common';
import { CryptoModule } from '#crypto';
import { CredentialVault } from './credential-vault.js';
import { EncryptedRecords } from './encrypted-records.js';
import { SiteGuard } from './site-guard.js';

/** Encrypts stored secrets. Requires `VaultOptions` and `EncryptionKeys` from a global module. */
@Module({
  imports: [CryptoModule],
  providers: [CredentialVault, EncryptedRecords, SiteGuard],
  exports: [CredentialVault, CryptoModule, EncryptedRecords, SiteGuard],
})
export class VaultModule {}
