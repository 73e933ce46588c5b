import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalPostgres } from '../../apps/local/src/postgres/index.js';

/**
 * A server of a spec's own, for one that stops, kills or restarts it. `discard()` it in the end.
 * @param settings further settings, as in postgresql.conf
 */
export async function startTestPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<LocalPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-postgres-'));
  return LocalPostgres.start({ folder, durable: false, disposable: true, settings });
}
