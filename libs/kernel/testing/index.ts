export { eventually } from './eventually.js';
export { idleMilliseconds, slowness } from './slowness.js';
export { RecordedLogs } from './recorded-logs.js';
export { ManualClock } from './manual-clock.js';
export { RecordedAttempt } from './recorded-attempt.js';
