export { withoutPort } from './client-network.js';
export { CountedCallbacks } from './counted-callbacks.js';
export { FailedAuthentications } from './failed-authentications.js';
export { RateLimitModule } from './rate-limit.module.js';
export { KeyLimit } from './key-limit.js';
export { PageTurns } from './page-turns.js';
export { RateLimitOptions } from './options.js';
