export { commits, forgettableCommits, nextTransactionId, onServer } from './on-server.js';
export { createEmptyDatabase, createTestDatabase, type TestDatabase } from './test-database.js';
export { startTestPostgres } from './test-postgres.js';
export { caughtUp, promote, startRestored, startStandbyBehind, startTestStandby } from './test-standby.js';
