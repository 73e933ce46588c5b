import { env } from 'node:process';

/** How the global set-up, in Jest's own process, tells the processes that run the specs about the run's server. */
const serverUrl = 'TEST_POSTGRES_URL';
const failure = 'TEST_POSTGRES_FAILURE';

/** The database that every test database is a clone of. */
export const templateDatabase = 'migrated_template';

export function announceServer(url: string): void {
  env[serverUrl] = url;
}

export function announceFailure(error: unknown): void {
  env[failure] = error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** @returns the superuser's connection string for the run's server */
export function announcedServer(): string {
  const url = env[serverUrl];
  if (url !== undefined) return url;
  throw new Error(`this run has no PostgreSQL: ${env[failure] ?? 'Jest ran without its global set-up'}`);
}
