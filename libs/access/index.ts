export { AccessModule } from './access.module.js';
export { AdminTrail } from './admin-trail.js';
export { Authenticator } from './authenticator.js';
export { Caller, type CallerRights } from './caller.js';
export { AccessOptions } from './options.js';
export { isScope, scopes, type Scope } from './scopes.js';
export {
  ServiceKeys,
  type CreatedServiceKey,
  type ServiceKeyRequest,
  type ServiceKeyView,
} from './service-keys.js';
export { isTenantPattern } from './tenant-patterns.js';
