export { openConnectBench, type AtDeskera, type ConnectBench, type Said } from './connect-bench.js';
export { SteppingClock } from './stepping-clock.js';
export { testOptions } from './test-options.js';
export { ageExchange, expireSession } from './turn-back.js';
