export {
  connectedState,
  grantSave,
  storeConnection,
  storedRecord,
  type StoredConnection,
} from './stored-connection.js';
export { insertConnections, type ManyConnections } from './many-connections.js';
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
