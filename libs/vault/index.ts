export { type CredentialPlace, CredentialVault } from './credential-vault.js';
export { resealedBatch, type ResealedRow, type ResealEnding } from './resealed-batch.js';
export { type ResealedBatch, type SealedRows } from './sealed-rows.js';
export { SiteGuard } from './site-guard.js';
export { SealedStock } from './sealed-stock.js';
export { VaultModule } from './vault.module.js';
export { VaultOptions } from './options.js';
