import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalPostgres, type LocalPostgresOptions } from '../../apps/local/src/postgres/index.js';

/**
 * A server of a spec's own, for one that stops, kills or restarts it. `discard()` it in the end.
 * @param settings further settings, as in postgresql.conf
 * @param environment further environment variables of the server's processes
 */
export async function startTestPostgres(
  settings: LocalPostgresOptions['settings'] = {},
  environment: LocalPostgresOptions['environment'] = {},
): Promise<LocalPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-postgres-'));
  return LocalPostgres.start({ folder, durable: false, disposable: true, settings, environment });
}
