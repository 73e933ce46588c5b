export { LocalPostgres, type LocalPostgresOptions } from './local-postgres.js';
