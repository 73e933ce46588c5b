export { FakeChangeFeed } from './fake-change-feed.js';
export { FakeServiceKeyStore } from './fake-service-key-store.js';
export { UnsureHandOutStore, type StoreMood } from './unsure-hand-out-store.js';
export { adminKey, AuthenticatorBench } from './authenticator-bench.js';
export { AccessStorageModule } from '../internal/sql/access-storage.module.js';
export { ServiceKeyStore } from '../internal/service-key-store.js';
