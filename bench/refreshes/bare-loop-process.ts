/** The bare loop, in a process of its own: refreshes all that is due when told to `run`, and says when it has. */
import { createSecretKey } from 'node:crypto';
import { Agent } from 'node:http';
import { cpuUsage, env, exit } from 'node:process';
import pg from 'pg';
import { testEncryptionKey } from '#crypto/testing';
import { benchKeyId } from '../stage/broker.js';
import { bareRefresh, type BareTools } from './bare-refresh.js';

const { BARE_DATABASE_URL: databaseUrl, BARE_DESKERA_URL: deskeraUrl = '' } = env;
const atOnce = Number(env['BARE_AT_ONCE']);

const key = createSecretKey(Buffer.from(testEncryptionKey(benchKeyId).key.reveal(), 'base64'));
const tools: BareTools = {
  pool: new pg.Pool({ connectionString: databaseUrl, max: Number(env['BARE_POOL_SIZE']) }),
  agent: new Agent({ keepAlive: true, maxSockets: atOnce }),
  key: key.toCryptoKey('AES-KW', false, ['wrapKey', 'unwrapKey']),
  deskeraUrl,
};

async function refreshAll(): Promise<void> {
  const { rows } = await tools.pool.query<{ connection_id: string }>(
    'SELECT connection_id FROM connection_upkeep WHERE next_due_at <= now()',
  );
  const left = rows.values();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const { connection_id } of left) await bareRefresh(tools, connection_id);
  });
  await Promise.all(workers);
}

process.on('message', (word) => {
  if (word === 'cpu') {
    const { user, system } = cpuUsage();
    process.send?.((user + system) / 1_000);
    return;
  }
  refreshAll().then(
    () => process.send?.('done'),
    (error: unknown) => {
      process.stderr.write(`The bare loop failed: ${String(error)}\n`);
      exit(1);
    },
  );
});
process.on('disconnect', () => {
  exit(0);
});
process.send?.('ready');
