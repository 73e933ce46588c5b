import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchOptions } from '../frame/benchmark.js';
import { figureOf, type Figure, type Pair } from '../frame/figure.js';
import { storeTokens, type TokenDatabase } from '../reads/token-database.js';
import { Program } from '../stage/program.js';
import { brokerVariables } from '../stage/broker.js';
import { Stage } from '../stage/stage.js';
import { tenantOf } from '../stage/stored-tokens.js';

const comparedWith = 'a bare Nest application, the same modules loaded';
const bound = { atMost: 1.5 };

/** Milliseconds since the process was started. */
interface Start {
  readonly ready: number;
  readonly firstAnswer: number;
}

/** From the start of the process until it is ready, and until a first read is answered. */
export const start: Benchmark = {
  name: 'start',
  async run({ rounds }: BenchOptions): Promise<readonly Figure[]> {
    await using stage = await Stage.open();
    const database = await storeTokens(stage, 'start', 1_000, 1_000);
    const pairs: { measured: Start; reference: Start }[] = [];
    // The first round warms up the machine's memory of files.
    for (let round = 0; round <= rounds; round += 1) {
      const pair = { measured: await startBroker(database), reference: await startBareNest() };
      if (round > 0) pairs.push(pair);
    }
    const figure = (name: string, of: (taken: Start) => number): Figure =>
      figureOf(
        { name, unit: 'ms', comparedWith, bound },
        pairs.map(({ measured, reference }): Pair => ({ measured: of(measured), reference: of(reference) })),
      );
    return [
      figure('start to ready', ({ ready }) => ready),
      figure('start to the first answer', ({ firstAnswer }) => firstAnswer),
    ];
  },
};

async function startBroker({ databaseUrl, authorization }: TokenDatabase): Promise<Start> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'token-broker-bench-'));
  const variables = await brokerVariables(databaseUrl, dataFolder, {});
  const path = `/v1/tenants/${tenantOf(0)}/deskera-token`;
  const taken = await startOne('dist/apps/token-broker/src/main.js', variables, path, authorization, 200);
  await rm(dataFolder, { recursive: true, force: true });
  return taken;
}

function startBareNest(): Promise<Start> {
  return startOne('bench/start/bare-nest.mjs', {}, '/', '', 404);
}

async function startOne(
  path: string,
  variables: Readonly<Record<string, string>>,
  question: string,
  authorization: string,
  expected: number,
): Promise<Start> {
  const from = performance.now();
  await using program = Program.start(path, [], variables);
  await program.says(/ready/);
  const ready = performance.now() - from;
  const port = await program.listensOn();
  const response = await fetch(`http://127.0.0.1:${String(port)}${question}`, { headers: { authorization } });
  await response.text();
  if (response.status !== expected) throw new Error(`${path} answers ${String(response.status)}`);
  return { ready, firstAnswer: performance.now() - from };
}
