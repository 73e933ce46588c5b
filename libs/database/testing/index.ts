export { ClockTime } from './clock-time.js';
export { hasWatchedTheClock } from './watched-clock.js';
