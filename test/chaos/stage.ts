import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations } from '#database/migrate';
import { defaultClient } from '#sandbox';
import { freePort } from '../../apps/local/src/free-port.js';
import { throughPort } from '../network/through-port.js';
import { CuttableLink } from './cuttable-link.js';
import { Databases } from './databases.js';
import { DeskeraProcess } from './deskera-process.js';
import { DeskeraStory } from './deskera-story.js';
import { Findings } from './findings.js';
import { Losses } from './losses.js';
import type { ChaosOptions } from './options.js';
import { Random } from './random.js';
import { Replica } from './replica.js';
import type { Scene } from './scene.js';
import { ServerClock } from './server-clock.js';
import { replicaCount, times } from './settings.js';
import { Slot } from './slot.js';

/** Starts PostgreSQL, the sandbox, the links and the brokers; each is ended by the stack, in whatever state it is. */
export async function setStage(options: ChaosOptions, opened: AsyncDisposableStack): Promise<Scene> {
  const findings = new Findings();
  const random = new Random(options.seed).fork();
  const endsOldTokens = random.next() < 0.5;
  findings.noted('a refresh ends the tokens before it', endsOldTokens ? 'yes' : 'no');
  const drawnSpool = random.next() < 0.5;
  const sharesSpool = options.sharedSpool ?? drawnSpool;
  const slots = Array.from({ length: options.connections }, (_, index) => new Slot(index));
  const losses = new Losses();
  const clock = await ServerClock.open();
  if (clock !== null) opened.defer(() => clock.discard());
  const databases = await Databases.start(clock, losses, opened);
  await applyMigrations({ databaseUrl: databases.url });
  const deskera = await startDeskera(slots, endsOldTokens, opened);
  const adminKey = randomBytes(24).toString('base64url');
  const dataFolders = await makeDataFolders(sharesSpool ? 1 : replicaCount, opened);
  findings.noted('spool', dataFolders.length === 1 ? 'shared' : 'one for each replica');
  findings.noted("steps of the database's clock", clock === null ? 'left out: faketime is missing' : 'yes');
  const common = { ...variables(deskera.url), ADMIN_KEY: adminKey };
  const links = await openLinks(databases.port, opened);
  const replicas = await startReplicas({ links, databases, dataFolders, deskera, common, findings }, opened);
  await databases.prepareStandby();
  const story = new DeskeraStory(endsOldTokens);
  const ground = { databases, losses, clock, dataFolders, orphans: [], deskera, story };
  return { ...ground, replicas, links, slots, findings, adminKey, random, report: options.report };
}

async function makeDataFolders(count: number, opened: AsyncDisposableStack): Promise<readonly string[]> {
  const folders: string[] = [];
  while (folders.length < count) {
    const folder = await mkdtemp(join(tmpdir(), 'token-broker-chaos-'));
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    folders.push(folder);
  }
  return folders;
}

async function startDeskera(
  slots: readonly Slot[],
  refreshEndsOldTokens: boolean,
  opened: AsyncDisposableStack,
): Promise<DeskeraProcess> {
  const deskera = await DeskeraProcess.start(await freePort());
  opened.defer(() => deskera.stop());
  const { tokenLifeSeconds } = times;
  await deskera.settings({ rotation: 'strict', tokenLifeSeconds, refreshEndsOldTokens });
  for (const { orgId } of slots) await deskera.addOrg(orgId);
  return deskera;
}

/** One for each replica. */
async function openLinks(target: number, opened: AsyncDisposableStack): Promise<readonly CuttableLink[]> {
  const links: CuttableLink[] = [];
  while (links.length < replicaCount) {
    const link = await CuttableLink.open(target);
    opened.defer(() => link.close());
    links.push(link);
  }
  return links;
}

interface Surroundings extends Pick<Scene, 'links' | 'databases' | 'dataFolders' | 'deskera' | 'findings'> {
  /** Of every replica's environment. */
  readonly common: Readonly<Record<string, string>>;
}

async function startReplicas(
  { links, databases, dataFolders, deskera, common, findings }: Surroundings,
  opened: AsyncDisposableStack,
): Promise<readonly Replica[]> {
  const replicas: Replica[] = [];
  for (const [index, link] of links.entries()) {
    const port = String(await freePort());
    const own = {
      ...common,
      PORT: port,
      DATABASE_URL: throughPort(databases.url, link.port),
      DATA_DIR: dataFolders[index % dataFolders.length] ?? '',
    };
    const url = `http://127.0.0.1:${port}`;
    const replica = new Replica(index, url, own, new URL(deskera.url).host, (words) => {
      findings.found('processEnd', words);
    });
    opened.defer(() => replica.kill());
    replica.start();
    replicas.push(replica);
  }
  await Promise.all(replicas.map((replica) => replica.ready()));
  return replicas;
}

function variables(deskeraUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    // Only where a link leads: each step of a connect is sent to a replica of its own.
    PUBLIC_URL: 'http://localhost:3000',
    DESKERA_CLIENT_ID: defaultClient.clientId,
    DESKERA_CLIENT_SECRET: defaultClient.clientSecret,
    DESKERA_API_URL: deskeraUrl,
    DESKERA_V1_AUTH_URL: `${deskeraUrl}/appauth/`,
    DESKERA_V2_AUTH_URL: `${deskeraUrl}/oauth2/`,
    ENCRYPTION_KEYS: `chaos:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'warn',
    SWEEP_INTERVAL_SECONDS: '1',
    DESKERA_TIMEOUT_SECONDS: String(times.deskeraTimeoutSeconds),
    CHECK_INTERVAL_SECONDS: String(times.checkIntervalSeconds),
    REFRESH_MARGIN_SECONDS: String(times.refreshMarginSeconds),
    TAKEOVER_SECONDS: String(times.takeoverSeconds),
    SERVE_WITHOUT_DATABASE_SECONDS: String(times.serveWithoutDatabaseSeconds),
    SHUTDOWN_GRACE_SECONDS: String(times.shutdownGraceSeconds),
  };
}
