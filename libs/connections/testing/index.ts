export {
  connectedState,
  grantSave,
  storeConnection,
  storedRecord,
  type StoredConnection,
} from './stored-connection.js';
export { insertConnections, type ManyConnections } from './many-connections.js';
export { busySlowdown, openTestStore, type TestStore, type TestStoreOptions } from './test-store.js';
export {
  completedConnect,
  consumedState,
  newConnectSession,
  openedAgain,
  openedConnect,
  type OpenedConnect,
} from './opened-connect.js';
