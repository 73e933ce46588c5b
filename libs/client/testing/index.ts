export { QuickClock } from './quick-clock.js';
export { RawServer, sendJson, sendProblem, type Handler } from './raw-server.js';
export { sampleToken } from './sample-token.js';
