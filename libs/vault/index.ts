export { type CredentialPlace, CredentialVault } from './credential-vault.js';
export { resealedBatch, type ResealedRow, type ResealEnding } from './reencrypted-batch.js';
export { type ReencryptedBatch, type EncryptedRows } from './encrypted-rows.js';
export { SiteGuard } from './site-guard.js';
export { EncryptedRecords } from './encrypted-records.js';
export { VaultModule } from './vault.module.js';
export { VaultOptions } from './options.js';
