import { testEncryptionKeys } from '#crypto/testing';
import type { Benchmark, BenchOptions } from './frame/benchmark.js';
import { figureOf, type Figure } from './frame/figure.js';
import { benchKeyId } from './stage/broker.js';
import { Admin } from './tasks/admin.js';
import { readLists } from './tasks/lists.js';
import { plantLists } from './tasks/long-lists.js';
import { readingMeanwhile } from './tasks/reads-meanwhile.js';
import { requireResealed, rotate } from './tasks/rotation.js';
import { requireAllUnder } from './tasks/seals-in-use.js';
import { Ground } from './writes/ground.js';
import { plantGrants } from './writes/planted-grants.js';
import { TokensService } from './writes/tokens-service.js';

const grantCounts = { usual: 10_000, large: 100_000 };
const lengths = { ofLargeTenant: 10_000, serviceKeys: 1_000, history: 1_000 };
/** More there may not be. */
const webhooks = 20;
const tenantPrefix = 'tenant-';
const newKeyId = 'bench-new';
const longestTaskMilliseconds = 50;
const longestRotationMilliseconds = 1_800_000;

/** Whatever is done for an operator, nobody else waits long for a turn. */
export const tasks: Benchmark = {
  name: 'tasks',
  async run(options) {
    await using ground = await Ground.open();
    return await measureOn(ground, options);
  },
};

async function measureOn(ground: Ground, { rounds, large }: BenchOptions): Promise<readonly Figure[]> {
  const grants = grantCounts[large ? 'large' : 'usual'];
  const { url, client } = await ground.database('broker');
  await plantGrants({ client, deskeraUrl: ground.deskera.url, count: grants, tenantPrefix });
  const { url: brokerUrl, program } = await ground.broker(url, keys(benchKeyId, newKeyId));
  const admin = new Admin(brokerUrl, ground.adminKey);
  const webhookIds = await addWebhooks(admin);
  using service = await TokensService.open([brokerUrl], ground.adminKey);
  const planted = await plantLists(client, { ...lengths, grants, webhookIds });
  program.watchTasks();
  // The first time counts too: nothing is compiled yet.
  for (let round = 0; round < rounds; round += 1) await readLists(admin, planted);
  const { longestTask: whileListed } = await program.use();
  const variables = await ground.environment(url, keys(newKeyId, benchKeyId));
  const command = rotate(client, variables, longestRotationMilliseconds);
  const rotation = await readingMeanwhile(service, { prefix: tenantPrefix, count: grants }, command);
  const { longestTask: besideIt } = await program.use();
  requireResealed(rotation.report, [grants, webhooks]);
  await requireAllUnder(client, newKeyId, 2 * grants + webhooks);
  const rotated = `${String(grants)} connections sealed anew`;
  return [
    figureOn('lists are read: longest task of a replica', whileListed),
    figureOn(`${rotated}: longest task of the command`, rotation.longestTask),
    figureOn(`${rotated}: longest task of a replica beside it`, besideIt),
  ];
}

/** The first seals, all open. */
function keys(...keyIds: readonly string[]): { readonly ENCRYPTION_KEYS: string } {
  return {
    ENCRYPTION_KEYS: testEncryptionKeys(...keyIds)
      .keys.map(({ keyId, key }) => `${keyId}:${key.reveal()}`)
      .join(),
  };
}

/** Their secrets are sealed too. Nobody calls them: there is no event to tell. */
async function addWebhooks(admin: Admin): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < webhooks; number += 1) {
    const url = `https://93.184.215.14/hooks/${String(number)}`;
    ids.push((await admin.ask<{ id: string }>('POST', '/admin/api/webhooks', { url })).id);
  }
  return ids;
}

/** A single one that is too long is one too many: the longest of the run counts, no median. */
function figureOn(name: string, longestTask: number): Figure {
  const told = { name: `${name}, CPU`, unit: 'ms', comparedWith: 'the bound', bound: { atMost: 1 } };
  return figureOf(told, [{ measured: longestTask, reference: longestTaskMilliseconds }]);
}
