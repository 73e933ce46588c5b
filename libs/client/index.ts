export { TokenBrokerClient } from './client.js';
export type { ClientClock, Surroundings } from './clock.js';
export {
  NotConnectedError,
  OrgAmbiguousError,
  ReconnectRequiredError,
  TokenBrokerError,
  type Problem,
  type TokenBrokerErrorCode,
} from './errors.js';
export type {
  CallOptions,
  ConnectSessionOptions,
  DeskeraFetchTarget,
  GetTokenOptions,
  TokenBrokerOptions,
} from './options.js';
export type {
  ConnectSession,
  ConnectSessionStanding,
  Connection,
  ConnectionOrg,
  DeskeraToken,
  RejectionAnswer,
  RejectionOutcome,
} from './shapes.js';
