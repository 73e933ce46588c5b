import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EncryptionKeys } from '#crypto';
import { testEncryptionKeys } from '#crypto/testing';
import { KernelModule, Secret } from '#kernel';
import { StoreOptions } from '../options.js';
import { StoreModule } from '../store.module.js';

/** Nothing of the store touches it unasked. */
function unusedFolder(): string {
  return join(tmpdir(), `token-broker-store-${randomBytes(8).toString('hex')}`);
}

/** The store of one replica, on a database of the spec's. */
export interface TestStore {
  get<Contract>(contract: (abstract new (...parts: never[]) => Contract) | Type<Contract>): Contract;
  close(): Promise<void>;
}

@Global()
@Module({})
class TestStoreOptions {
  static with(
    databaseUrl: string,
    keyIds: readonly string[],
    trustsApiUrl: StoreOptions['trustsApiUrl'],
  ): DynamicModule {
    const options: StoreOptions = {
      databaseUrl: Secret.of(databaseUrl),
      directUrl: Secret.of(databaseUrl),
      poolSize: 4,
      dataFolder: unusedFolder(),
      trustsApiUrl,
    };
    const providers = [
      { provide: StoreOptions, useValue: options },
      { provide: EncryptionKeys, useValue: testEncryptionKeys(...keyIds) },
    ];
    return { module: TestStoreOptions, providers, exports: [StoreOptions, EncryptionKeys] };
  }
}

/**
 * @param keyIds of its encryption keys, the sealing one first
 * @param trustsApiUrl which API URLs may be used without proof
 */
export async function openTestStore(
  databaseUrl: string,
  keyIds: readonly string[] = ['test'],
  trustsApiUrl: StoreOptions['trustsApiUrl'] = () => true,
): Promise<TestStore> {
  const module = await Test.createTestingModule({
    imports: [KernelModule, TestStoreOptions.with(databaseUrl, keyIds, trustsApiUrl), StoreModule],
  }).compile();
  const context: INestApplicationContext = await module.init();
  return {
    get: (contract) => context.get(contract as never),
    close: () => context.close(),
  };
}
