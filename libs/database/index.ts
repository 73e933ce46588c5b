export { ChangeFeed, type ChangeListener, type ChangeSubject } from './change-feed.js';
export { databaseIsReadOnly, DatabaseReadiness } from './database-readiness.js';
export { DatabaseTime } from './database-time.js';
export { LostCommits } from './lost-commits.js';
export { RefusedWrites } from './refused-writes.js';
export { ReplicaSession } from './replica-session.js';
export { SchemaRefused } from './schema-acceptance.js';
export { DatabaseModule } from './database.module.js';
export { DatabaseOptions } from './options.js';
