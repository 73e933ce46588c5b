import { env } from 'node:process';
import { testEncryptionKey } from '#crypto/testing';
import { productionOptions } from '../../apps/local/src/broker-process.js';
import { freePort } from '../../apps/local/src/free-port.js';
import { Program } from './program.js';

export const benchKeyId = 'bench';

/** A broker as it is built, in a process of its own. */
export interface BenchedBroker {
  readonly url: string;
  readonly port: number;
  readonly program: Program;
}

/**
 * Once it is ready. `BENCH_NODE_OPTIONS=--cpu-prof` looks into it.
 * @param opened ends it
 * @param variables all that it is set by
 */
export async function startBroker(
  opened: AsyncDisposableStack,
  variables: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<BenchedBroker> {
  const profiled = (env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter((option) => option !== '');
  const options = [...productionOptions, ...profiled, ...nodeOptions];
  const program = opened.use(Program.start('dist/apps/token-broker/src/main.js', [], variables, options));
  const port = await program.listensOn();
  await program.says(/ready in \d+ ms/);
  return { url: `http://127.0.0.1:${String(port)}`, port, program };
}

/** Production's, with a Deskera that nobody asks: every row is due tomorrow. */
export async function brokerVariables(
  databaseUrl: string,
  dataFolder: string,
  variables: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    SHUTDOWN_GRACE_SECONDS: '0',
    PORT: String(await freePort()),
    PUBLIC_URL: 'https://broker.example',
    DATABASE_URL: databaseUrl,
    DESKERA_CLIENT_ID: 'cl_pub_bench',
    DESKERA_CLIENT_SECRET: 'cl_sec_bench',
    ENCRYPTION_KEYS: `${benchKeyId}:${testEncryptionKey(benchKeyId).key.reveal()}`,
    DATA_DIR: dataFolder,
    LOG_LEVEL: 'info',
    ...variables,
  };
}
