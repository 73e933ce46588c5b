export { ChangeFeed, type ChangeListener, type ChangeSubject } from './change-feed.js';
export {
  ConnectSessionStore,
  type Activation,
  type ConnectSessionRecord,
  type ConnectSessionStatus,
  type ConnectStateRecord,
  type NewConnectSession,
  type StateFailure,
} from './connect-session-store.js';
export {
  ConnectionAdoptions,
  type AdoptionClaim,
  type AdoptionDecision,
  type AdoptionResult,
  type AdoptionSave,
  type RefreshTokenOwner,
} from './connection-adoptions.js';
export {
  ConnectionLeases,
  type AttemptRequest,
  type ClaimRequest,
  type Lease,
  type OpenedAttempt,
} from './connection-leases.js';
export {
  ConnectionListing,
  type ListedConnection,
  type ListingQuery,
  type StoredEvent,
  type StoredSummary,
} from './connection-listing.js';
export {
  ConnectionReads,
  type GoodRecord,
  type GoodToken,
  type ServableConnection,
} from './connection-reads.js';
export type {
  ConnectionRecord,
  ConnectionState,
  StoredFailureKind,
  StoredReason,
  StoredStatus,
} from './connection-record.js';
export {
  ConnectionSaves,
  type AwaitedActivation,
  type ConnectionEvent,
  type GrantSave,
  type RefreshSave,
  type RefreshSaveResult,
  type StateSave,
} from './connection-saves.js';
export { DatabaseReadiness, databaseIsReadOnly } from './database-readiness.js';
export { DatabaseTime } from './database-time.js';
export { GrantImportStore, type KeptTokenOwner } from './grant-import-store.js';
export {
  GrantSpool,
  type FirstWord,
  type SpooledConnect,
  type SpooledGrant,
  type SpooledRefresh,
  type SpoolHandler,
  type SpoolReplay,
  type StoredGrantNumbers,
} from './grant-spool.js';
export {
  HandOutStore,
  type AfterHandOut,
  type CountedHandOut,
  type HandOutBatch,
  type HandOutRecord,
} from './hand-out-store.js';
export { StoreOptions } from './options.js';
export { LostCommits } from './lost-commits.js';
export { RefusedWrites } from './refused-writes.js';
export { ReplicaSession, type HeldLock } from './replica-session.js';
export {
  SealedStock,
  type ResealedBatch,
  type SealedRows,
  type SpooledSeals,
  type UnreadableRow,
} from './sealed-rows.js';
export { SchemaRefused } from './schema-acceptance.js';
export {
  ServiceKeyStore,
  type NewServiceKey,
  type SecretAdded,
  type SecretRemoved,
  type ServiceKeyCredential,
  type ServiceKeyRecord,
  type ServiceKeyTerms,
  type ServiceKeyUse,
} from './service-key-store.js';
export { StoreModule } from './store.module.js';
export {
  WebhookDeliveryStore,
  type ClaimedDelivery,
  type ConcludedTries,
  type DeliveryOutcome,
  type DeliveryQuery,
  type DeliveryRecord,
  type DeliveryStatus,
  type Redelivery,
  type TriedDelivery,
  type WebhookEventRecord,
} from './webhook-deliveries.js';
export {
  WebhookEndpointStore,
  type WebhookEndpointRecord,
  type WebhookSecretRecord,
} from './webhook-endpoints.js';
export { webhookEventTypes, type WebhookEventType } from './webhook-event-types.js';
