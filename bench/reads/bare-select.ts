/**
 * What a cold read is held against: a loop of one named SELECT by primary key over a pool as large as the broker's, and
 * the opening of the JWE that it brings. `bare-select.ts <database> <rows>`; asked by message, it answers how often per
 * second.
 */
import { argv } from 'node:process';
import pg from 'pg';
import { testSealer } from '#crypto/testing';
import { benchKeyId } from '../stage/broker.js';
import { connectionIdOf, tenantOf } from '../stage/stored-tokens.js';
import { coldCallers, coldPoolSize, coldRoundMilliseconds } from './cold-settings.js';

const [, , databaseUrl, rows = ''] = argv;
const pool = new pg.Pool({ connectionString: databaseUrl, max: coldPoolSize });
const sealer = testSealer(benchKeyId);
const select = {
  name: 'sealed_token',
  text: 'SELECT connection_id, sealed_token FROM credential WHERE connection_id = $1',
};

process.on('message', () => {
  void round().then((perSecond) => process.send?.(perSecond));
});
process.stdout.write('ready\n');
process.once('SIGTERM', () => process.exit(0));

async function round(): Promise<number> {
  const from = performance.now();
  const until = from + coldRoundMilliseconds;
  let count = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() < until) {
      await readOne(Math.floor(Math.random() * Number(rows)));
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: coldCallers }, ask));
  return count / ((performance.now() - from) / 1_000);
}

async function readOne(index: number): Promise<void> {
  const connectionId = connectionIdOf(index);
  const { rows: found } = await pool.query<{ sealed_token: string }>({ ...select, values: [connectionId] });
  await sealer.open(found[0]?.sealed_token ?? '', {
    tenantId: tenantOf(index),
    connectionId,
    connectNumber: 1,
    attempt: 0,
    purpose: 'token',
  });
}
