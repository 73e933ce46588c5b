export { Deskera, type AuthPageRequest, type DeskeraTarget, type RefreshRequest } from './deskera.js';
export { DeskeraModule } from './deskera.module.js';
export { DeskeraGate } from './gate.js';
export type { DeskeraGrant, RefreshIdentity } from './grant.js';
export { DeskeraHealth, type DeskeraSnapshot } from './health.js';
export {
  isRefreshTokenText,
  isTokenText,
  readKeptPair,
  type ImportedTokenPair,
  type KeptPairHints,
} from './imported-token-pair.js';
export { DeskeraOptions, type ClientCredentials } from './options.js';
export type {
  Declined,
  GrantOutcome,
  Granted,
  OurFault,
  PassingFailure,
  Refused,
  ValidateOutcome,
} from './outcome.js';
export { DeskeraSlots, type Slot, type SlotUse } from './slots.js';
export { isDeskeraApi } from './hosts.js';
