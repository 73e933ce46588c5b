export { testEncryptionKey, testEncryptionKeys, testSealer } from './test-keys.js';
