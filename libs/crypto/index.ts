export { CredentialSealer, type SealContext } from './credential-sealer.js';
export { CryptoModule } from './crypto.module.js';
export { EncryptionKeys, type EncryptionKey } from './encryption-keys.js';
export { SiteSealer, type SiteContext, type SiteVerdict } from './site-sealer.js';
export { SealBroken, type SealFault } from './seal-broken.js';
