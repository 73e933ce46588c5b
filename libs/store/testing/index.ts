export {
  connectedState,
  grantSave,
  storeConnection,
  storedRecord,
  type StoredConnection,
} from './stored-connection.js';
export { insertConnections, type ManyConnections } from './many-connections.js';
export { hasWatchedTheClock } from './watched-clock.js';
export { ClockTime } from './clock-time.js';
export { grantSpoolContract } from './grant-spool-contract.js';
export { openTestStore, type TestStore } from './test-store.js';
export {
  completedConnect,
  consumedState,
  newConnectSession,
  openedAgain,
  openedConnect,
  type OpenedConnect,
} from './opened-connect.js';
export { announcing } from '../internal/announcement.js';
export { deliveryQueue } from '../internal/webhooks/delivery-queue.js';
export { usualQueueSchema as queueSchema } from '../internal/webhooks/queue-place.js';
export { ClockContinuity, type ClockEvidence } from '../internal/clock-continuity.js';
