export {
  type Activation,
  type ConnectSessionRecord,
  type ConnectSessionStatus,
  ConnectSessionStore,
  type ConnectStateRecord,
  type NewConnectSession,
  type StateFailure,
} from './connect-session-store.js';
export {
  type AdoptionClaim,
  type AdoptionDecision,
  type AdoptionResult,
  type AdoptionSave,
  ConnectionAdoptions,
  type RefreshTokenOwner,
} from './connection-adoptions.js';
export {
  type AttemptRequest,
  type ClaimRequest,
  ConnectionLeases,
  type Lease,
  type OpenedAttempt,
} from './connection-leases.js';
export {
  ConnectionListing,
  type ListedConnection,
  type ListingQuery,
  type StoredEvent,
} from './connection-listing.js';
export { ConnectionReads, type GoodRecord, type ServableConnection } from './connection-reads.js';
export { type ConnectionRecord, type ConnectionState, type StoredReason } from './connection-record.js';
export {
  type AwaitedActivation,
  type ConnectionEvent,
  ConnectionSaves,
  type GrantSave,
  type RefreshSave,
  type RefreshSaveResult,
  type StateSave,
} from './connection-saves.js';
export { GrantImportStore } from './grant-import-store.js';
export { announcing } from './internal/sql/announcement.js';
export { ConnectionsModule } from './connections.module.js';
export { type WebhookEventType, webhookEventTypes } from './webhook-event-types.js';
