export { AccessModule } from './access.module.js';
export { AccessUpkeep } from './access-upkeep.js';
export { AdminTrail } from './admin-trail.js';
export { Authenticator } from './authenticator.js';
export { Caller, type CallerRights } from './caller.js';
export {
  HandOutHistory,
  type HandOutPage,
  type HandOutPageRequest,
  type HandOutView,
} from './hand-out-history.js';
export { HandOuts } from './hand-outs.js';
export { AccessOptions } from './options.js';
export { isScope, scopes, type Scope } from './scopes.js';
export {
  ServiceKeys,
  type CreatedSecret,
  type CreatedServiceKey,
  type ServiceKeyRequest,
  type ServiceKeyView,
} from './service-keys.js';
export { shownKeyId } from './shown-key-id.js';
export { isTenantPattern } from './tenant-patterns.js';
