import { Global, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EncryptionKeys } from '#crypto';
import { testEncryptionKeys } from '#crypto/testing';
import { DatabaseOptions } from '#database';
import { KernelModule, Secret } from '#kernel';
import { VaultOptions } from '#vault';
import { ConnectionsModule } from '../connections.module.js';

/** A machine may be so many times slower than usual, and no test of rows fails for that. */
export const busySlowdown = 10;

/** The store of one replica, on a database of the spec's. */
export interface TestStore {
  get<Contract>(contract: (abstract new (...parts: never[]) => Contract) | Type<Contract>): Contract;
  close(): Promise<void>;
}

export interface TestStoreOptions {
  /** Ids of its encryption keys, the sealing one first. */
  readonly keyIds?: readonly string[];
  /** Which API URLs may be used without proof; all where left out. */
  readonly trustsApiUrl?: VaultOptions['trustsApiUrl'];
  /** Factor for the time limits of the database; a busy machine's where omitted. */
  readonly slowdown?: number;
  /** What other rooms store. */
  readonly modules?: readonly Type[];
}

export async function openTestStore(databaseUrl: string, options: TestStoreOptions = {}): Promise<TestStore> {
  const module = await Test.createTestingModule({
    imports: [
      KernelModule,
      surroundings(databaseUrl, options),
      ConnectionsModule,
      ...(options.modules ?? []),
    ],
  }).compile();
  const context: INestApplicationContext = await module.init();
  return {
    get: (contract) => context.get(contract as never, { strict: false }),
    close: () => context.close(),
  };
}

function surroundings(
  databaseUrl: string,
  { keyIds = ['test'], trustsApiUrl, slowdown = busySlowdown }: TestStoreOptions,
): Type {
  const url = Secret.of(databaseUrl);
  const database: DatabaseOptions = { databaseUrl: url, directUrl: url, poolSize: 4, slowdown };
  const vault: VaultOptions = { trustsApiUrl: trustsApiUrl ?? (() => true) };
  const providers = [
    { provide: DatabaseOptions, useValue: database },
    { provide: VaultOptions, useValue: vault },
    { provide: EncryptionKeys, useValue: testEncryptionKeys(...keyIds) },
  ];
  @Global()
  @Module({ providers, exports: providers.map(({ provide }) => provide) })
  class Surroundings {}
  return Surroundings;
}
