import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Benchmark, BenchOptions } from './frame/benchmark.js';
import { figureOf, type Figure, type Pair } from './frame/figure.js';
import { ChangeWriter } from './poll/change-writer.js';
import type { Program } from './stage/program.js';
import { Ground } from './writes/ground.js';
import { plantGrants } from './writes/planted-grants.js';
import { TokensService } from './writes/tokens-service.js';

const connections = 1_000;
const changesPerSecond = 1_000;
const measuredMilliseconds = 10_000;

/** What it costs a replica to know of every change, where there is none and where there are many. */
export const poll: Benchmark = {
  name: 'poll',
  async run(options) {
    await using ground = await Ground.open();
    return await measureOn(ground, options);
  },
};

async function measureOn(ground: Ground, { rounds }: BenchOptions): Promise<readonly Figure[]> {
  const { url, client } = await ground.database('broker');
  const tenantPrefix = 'tenant-';
  await plantGrants({ client, deskeraUrl: ground.deskera.url, count: connections, tenantPrefix });
  const broker = await ground.broker(url, { SWEEP_INTERVAL_SECONDS: '5' });
  using service = await TokensService.open([broker.url], ground.adminKey);
  const quiet: Pair[] = [];
  const busy: Pair[] = [];
  // The key that was made just now is a change too.
  await wait(1_000);
  for (let round = 0; round < rounds; round += 1) {
    quiet.push(await cpuShare(broker.program));
    busy.push(await withChanges(client, service, () => cpuShare(broker.program)));
  }
  const told = { unit: 'ms of CPU', comparedWith: 'the time that passed' };
  return [
    figureOf({ ...told, name: 'a replica with nothing to do', bound: { atMost: 0.01 } }, quiet),
    figureOf(
      { ...told, name: `a replica with ${String(changesPerSecond)} changes/s`, bound: { atMost: 0.05 } },
      busy,
    ),
  ];
}

async function cpuShare(broker: Program): Promise<Pair> {
  const before = await broker.use();
  await wait(measuredMilliseconds);
  const after = await broker.use();
  return { measured: after.cpu - before.cpu, reference: after.at - before.at };
}

/** A tenth of the changes is of tenants that the replica has in its cache, until each was changed once. */
async function withChanges(client: Client, service: TokensService, work: () => Promise<Pair>): Promise<Pair> {
  for (let tenant = 0; tenant < connections; tenant += 1) await service.read(`tenant-${String(tenant)}`, 0);
  await using writer = new ChangeWriter(client, changesPerSecond, connections * 10);
  writer.start();
  return await work();
}
