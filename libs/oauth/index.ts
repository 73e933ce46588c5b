export { Callbacks, type CallbackResult, type RawCallback, type ReturningSession } from './callbacks.js';
export { ConnectLinks, type LinkOpening, type OpenedLink } from './connect-links.js';
export {
  ConnectSessions,
  type ConnectStanding,
  type StartConnect,
  type StartedConnect,
} from './connect-sessions.js';
export { ConnectUpkeep } from './connect-upkeep.js';
export { Landings, type Landing } from './landings.js';
export { OauthModule } from './oauth.module.js';
export { OauthOptions } from './options.js';
