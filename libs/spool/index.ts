export {
  type FirstWord,
  GrantSpool,
  type SpooledConnect,
  type SpooledGrant,
  type SpoolHandler,
  type SpoolReplay,
  type StoredGrantNumbers,
} from './grant-spool.js';
export { SpoolSeals } from './internal/spool-seals.js';
export { SpoolModule } from './spool.module.js';
export { SpoolOptions } from './options.js';
