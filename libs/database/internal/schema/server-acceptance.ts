import { SchemaRefused } from '../../schema-acceptance.js';
import type { Queryable } from '../database.js';
import { requiredSettings } from '../login/session-settings.js';
import { statement } from '../statement.js';

const oldestServer = 150_000;

const readServer = statement(
  'server_read',
  `SELECT current_setting('server_version_num')::integer AS version, pg_encoding_to_char(encoding) AS encoding
     FROM pg_database WHERE datname = current_database()`,
);

/** @throws SchemaRefused where no waiting makes this database one that the broker works on */
export async function acceptServer(database: Queryable): Promise<void> {
  const [server] = await database.rows<{ version: number; encoding: string }>(readServer, []);
  if (server === undefined) throw new SchemaRefused('The database does not know itself.');
  if (server.version < oldestServer) {
    const major = String(Math.floor(server.version / 10_000));
    throw new SchemaRefused(`PostgreSQL 15 or newer is needed, and this server is at ${major}.`);
  }
  if (server.encoding !== 'UTF8') {
    throw new SchemaRefused(`The database must be encoded in UTF8, and this one is in ${server.encoding}.`);
  }
}

/** As `current_setting` tells them; a text compares as written. */
const readSettings = statement(
  'settings_read',
  `SELECT name, setting FROM pg_settings WHERE name = ANY ($1::text[]) OR name = 'session_replication_role'`,
);

/**
 * A pooler takes only some settings at the login. Where the rest comes from, the role, the database or the server, is not the
 * broker's: it must fit.
 *
 * @throws SchemaRefused
 */
export async function acceptSettings(database: Queryable): Promise<void> {
  const wanted: Readonly<Record<string, string>> = {
    ...requiredSettings,
    session_replication_role: 'origin',
  };
  const names = Object.keys(requiredSettings);
  const rows = await database.rows<{ name: string; setting: string }>(readSettings, [names]);
  const bad = rows
    .filter(({ name, setting }) => !isFit(name, setting, wanted[name] ?? ''))
    .map(({ name }) => name);
  if (bad.length === 0) return;
  throw new SchemaRefused(
    `The broker's role has settings that it cannot work with and cannot change through this connection: ${bad.join(', ')}. ` +
      'Reset them with ALTER ROLE or ALTER DATABASE.',
  );
}

/** Every level of `synchronous_commit` but `off` and `local` waits for at least as much as `on` does on this server. */
function isFit(name: string, setting: string, wanted: string): boolean {
  if (name === 'synchronous_commit') return setting !== 'off';
  if (name === 'TimeZone') return true;
  return setting.toLowerCase() === wanted.toLowerCase();
}
