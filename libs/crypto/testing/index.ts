export { testEncryptionKey, testEncryptionKeys, testSealer, testSiteSealer } from './test-keys.js';
