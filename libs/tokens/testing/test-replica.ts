import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EncryptionKeys } from '#crypto';
import { testEncryptionKeys } from '#crypto/testing';
import { Deskera, DeskeraGate, DeskeraOptions } from '#deskera';
import { FakeGate, type FakeDeskera, type FakeOrg } from '#deskera/testing';
import { Clock, KernelModule, parseTenantId, Secret, type TenantId } from '#kernel';
import { BrokerMetrics } from '#observability';
import { SilentMetrics } from '#observability/testing';
import { busySlowdown } from '#connections/testing';
import { DatabaseOptions } from '#database';
import { SpoolOptions } from '#spool';
import { VaultOptions } from '#vault';
import { GrantAdopter, type Adoption, type AdoptionRequest } from '../adoption.js';
import { TokensOptions } from '../options.js';
import { TokensModule } from '../tokens.module.js';
import { sampleOptions } from './sample-record.js';

export interface TestReplicaOptions {
  readonly databaseUrl: string;
  readonly deskera: FakeDeskera;
  readonly tokens?: Partial<TokensOptions>;
  readonly maxConcurrency?: number;
  /** Where its spool lies; a folder of its own where left out. */
  readonly dataFolder?: string;
  readonly metrics?: BrokerMetrics;
  readonly gate?: DeskeraGate;
  readonly encryptionKeys?: EncryptionKeys;
  /** What other rooms store. */
  readonly modules?: readonly Type[];
}

/** The tokens room of one replica, on a real database, with a Deskera in memory. */
export interface TestReplica {
  get<Contract>(contract: abstract new (...parts: never[]) => Contract): Contract;
  close(): Promise<void>;
}

@Global()
@Module({})
class TestReplicaOptionsModule {
  static with(
    { databaseUrl, tokens, maxConcurrency, encryptionKeys }: TestReplicaOptions,
    dataFolder: string,
  ): DynamicModule {
    const url = Secret.of(databaseUrl);
    const database: DatabaseOptions = {
      databaseUrl: url,
      directUrl: url,
      poolSize: 8,
      slowdown: busySlowdown,
    };
    const vault: VaultOptions = { trustsApiUrl: () => true };
    const spool: SpoolOptions = { dataFolder };
    const client = { clientId: 'cl_pub_test', clientSecrets: [Secret.of('client secret')] };
    const deskera: DeskeraOptions = {
      credentials: { v1: client, v2: client },
      authUrls: { v1: 'https://v1.example/', v2: 'https://v2.example/' },
      timeoutSeconds: tokens?.timeoutSeconds ?? 10,
      maxConcurrency: maxConcurrency ?? 32,
      refreshIdentity: 'off',
      tokenParams: 'body',
    };
    const providers = [
      { provide: DatabaseOptions, useValue: database },
      { provide: VaultOptions, useValue: vault },
      { provide: SpoolOptions, useValue: spool },
      { provide: DeskeraOptions, useValue: deskera },
      { provide: TokensOptions, useValue: sampleOptions(tokens) },
      { provide: EncryptionKeys, useValue: encryptionKeys ?? testEncryptionKeys('test') },
    ];
    return { module: TestReplicaOptionsModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

export async function openTestReplica(options: TestReplicaOptions): Promise<TestReplica> {
  const own = await mkdtemp(join(tmpdir(), 'token-broker-replica-'));
  const module = await Test.createTestingModule({
    imports: [
      KernelModule,
      TestReplicaOptionsModule.with(options, options.dataFolder ?? own),
      TokensModule,
      ...(options.modules ?? []),
    ],
  })
    .overrideProvider(Deskera)
    .useValue(options.deskera)
    .overrideProvider(DeskeraGate)
    .useValue(options.gate ?? new FakeGate())
    .overrideProvider(BrokerMetrics)
    .useValue(options.metrics ?? new SilentMetrics())
    .compile();
  const context: INestApplicationContext = await module.init();
  return {
    get: (contract) => context.get(contract as never),
    close: async () => {
      await context.close();
      await rm(own, { recursive: true, force: true });
    },
  };
}

export function randomTenant(): TenantId {
  return parseTenantId(`tenant-${randomBytes(6).toString('hex')}`);
}

let lastConnectNumber = 1_000_000;

export interface TestConnect extends Partial<AdoptionRequest> {
  readonly org?: FakeOrg;
}

/** Connects a tenant as the callback would, with a grant of the fake's. */
export async function connectTenant(
  replica: TestReplica,
  deskera: FakeDeskera,
  changes: TestConnect = {},
): Promise<Adoption & { readonly connectionId: string }> {
  const { connectionId, active } = await adoptGrant(replica, deskera, changes);
  if (connectionId === null) throw new Error('the grant went to the spool');
  return { connectionId, active };
}

/** The same, where the database may be away. */
export function adoptGrant(
  replica: TestReplica,
  deskera: FakeDeskera,
  { org, ...changes }: TestConnect = {},
): Promise<Adoption> {
  const now = replica.get(Clock).monotonicMilliseconds();
  lastConnectNumber += 1;
  return replica.get(GrantAdopter).adopt({
    tenantId: randomTenant(),
    target: { apiVersion: 'v1', apiUrl: 'https://bifrost.example' },
    grant: deskera.issueGrant(org),
    connectNumber: lastConnectNumber,
    requiredOrgId: null,
    activation: 'callback',
    activationSeconds: 900,
    stateSha256: randomBytes(32),
    sessionSha256: randomBytes(32),
    arrivedAtMilliseconds: now,
    sentAtMilliseconds: now,
    ...changes,
  });
}
