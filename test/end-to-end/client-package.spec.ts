import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureKinds } from '#kernel';
import { createTestDatabase } from '../postgres/index.js';
import { connectOrg } from './connect-org.js';
import { PackedClient, readmeBlock } from './packed-client.js';
import { startProcesses, type ProcessPlatform } from './process-platform.js';
import { SiblingService } from './sibling-service.js';

let opened: AsyncDisposableStack;
let packed: PackedClient;
let platform: ProcessPlatform;
let variables: Readonly<Record<'BROKER_URL' | 'BROKER_KEY', string>>;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  packed = opened.use(await PackedClient.install());
  const database = await createTestDatabase();
  opened.defer(() => database.drop());
  platform = await startProcesses({ databaseUrl: database.url, replicas: 1 });
  opened.defer(() => platform.close());
  variables = { BROKER_URL: broker().url, BROKER_KEY: await serviceKey() };
});

afterAll(() => opened.disposeAsync());

describe('the package', () => {
  it('holds what is built, its types and its README, and nothing else', () => {
    const strange = /^(README\.md|package\.json|dist\/[a-z/-]+\.(js|d\.ts))$/;
    expect(packed.files.filter((path) => !strange.test(path))).toEqual([]);
    for (const path of ['dist/index.js', 'dist/index.d.ts', 'dist/nest.js', 'dist/nest.d.ts']) {
      expect(packed.files).toContain(path);
    }
    expect(packed.files.filter((path) => /spec|testing/.test(path))).toEqual([]);
  });

  it('loads without Nest, and without anything else', async () => {
    const program = `import * as client from '@deskera-token-broker/client'; console.log(Object.keys(client).join());
      await import('@deskera-token-broker/client/nest').then(() => console.log('nest'), ({ code }) => console.log(code));`;
    const said = await packed.node('--input-type=module', '--eval', program);
    expect(said.split('\n')).toEqual([
      'NotConnectedError,OrgAmbiguousError,ReconnectRequiredError,TokenBrokerClient,TokenBrokerError',
      'ERR_MODULE_NOT_FOUND',
      '',
    ]);
  });
});

describe('the codes it is typed for', () => {
  it('are codes of this broker', async () => {
    const program = `import { brokerCodes } from './node_modules/@deskera-token-broker/client/dist/errors.js';
      console.log(brokerCodes.join());`;
    const codes = (await packed.node('--input-type=module', '--eval', program)).trim().split(',');
    expect(codes).toContain('reconnect_required');
    expect(codes.filter((code) => !(code in failureKinds))).toEqual([]);
  });
});

describe('a sibling service, as the README has it', () => {
  const org = '70901';
  const good = { status: 200, text: expect.stringContaining('Merlion Trading') };
  let sibling: SiblingService;

  beforeAll(async () => {
    const program = await packed.write('service.js', await readmeBlock('js'));
    sibling = opened.use(await SiblingService.start(program, variables, packed.folder));
    await connectOrg(broker(), platform.sandbox, 'acme', org);
  });

  it('calls Deskera for the tenant', async () => {
    expect(await sibling.ask('/acme')).toEqual(good);
    expect(await sibling.ask('/nobody')).toEqual({ status: 404, text: 'not_connected' });
  });

  it('survives that the token expires at Deskera, at the cost of one refresh', async () => {
    for (let time = 0; time < 3; time += 1) {
      const before = await platform.sandbox.counters();
      await platform.sandbox.expire(org);
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => sibling.ask('/acme')));
      expect(answers).toEqual([1, 2, 3, 4, 5].map(() => good));
      const after = await platform.sandbox.counters();
      expect(after.refreshesSucceeded - before.refreshesSucceeded).toBe(1);
    }
  });

  it('survives that the grant is revoked: says so, and works again once the org is connected again', async () => {
    await platform.sandbox.revoke(org);
    expect(await sibling.ask('/acme')).toEqual({ status: 409, text: 'reconnect_required' });
    expect(await sibling.ask('/acme')).toEqual({ status: 409, text: 'reconnect_required' });
    await connectOrg(broker(), platform.sandbox, 'acme', org);
    expect(await sibling.ask('/acme')).toEqual(good);
  });

  it.each(['kill', 'stop'] as const)(
    'survives that the broker is restarted (%s), without one failure',
    async (end) => {
      const [replica] = platform.replicas;
      let restarted = false;
      const calling = callUntil(() => restarted);
      await replica?.[end]();
      // Nobody listens: these find the door shut.
      const meanwhile = [1, 2, 3, 4, 5].map(() => sibling.ask('/acme'));
      replica?.start();
      expect(await Promise.all(meanwhile)).toEqual([1, 2, 3, 4, 5].map(() => good));
      await replica?.ready();
      restarted = true;
      for (const answer of await calling) expect(answer).toEqual(good);
      expect(await sibling.ask('/acme')).toEqual(good);
    },
  );

  it('has written nothing, and neither did the broker what it should not', () => {
    expect(sibling.written).toBe('');
    expect(platform.defects()).toEqual([]);
  });

  /** One call after the other. */
  async function callUntil(over: () => boolean): Promise<unknown[]> {
    const answers: unknown[] = [];
    do answers.push(await sibling.ask('/acme'));
    while (!over());
    return answers;
  }
});

describe('the README', () => {
  it('has TypeScript that is right, for a strict compiler', async () => {
    await packed.lend('typescript', '@types/node', 'undici-types', '@nestjs/common', 'reflect-metadata');
    await packed.write('invoicing.module.ts', await readmeBlock('ts'));
    const reconnect = (await readmeBlock('js', 1)).replace(/^import .*$/m, '');
    await packed.write(
      'reconnect.ts',
      `import { ReconnectRequiredError, type TokenBrokerClient, type DeskeraToken } from '@deskera-token-broker/client';
       export async function reconnect(broker: TokenBrokerClient): Promise<DeskeraToken> { ${reconnect}
         return broker.getToken('acme'); }`,
    );
    await packed.write('tsconfig.json', JSON.stringify(strictConsumer));
    await packed.node('node_modules/typescript/bin/tsc', '-p', '.');
  });
});

describe('the Nest module', () => {
  it('provides the client, from options and from a factory', async () => {
    await packed.lend('@nestjs/core', 'rxjs');
    const program = await packed.write('nest-service.js', nestService);
    const said = await packed.node(program, variables.BROKER_URL, variables.BROKER_KEY);
    expect(said.trim().split('\n')).toEqual(['forRoot 70901', 'forRootAsync 70901', 'refused TypeError']);
  });
});

const strictConsumer = {
  compilerOptions: {
    ...{ target: 'es2023', lib: ['es2023'], module: 'nodenext', types: ['node'], strict: true, noEmit: true },
    ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, experimentalDecorators: true },
    skipLibCheck: true,
  },
};

const nestService = `
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TokenBrokerClient } from '@deskera-token-broker/client';
import { DeskeraTokenModule } from '@deskera-token-broker/client/nest';

const [url, key] = process.argv.slice(2);
const options = { url, key };

async function orgThrough(imported) {
  class Ledger {
    constructor(client) { this.client = client; }
  }
  Reflect.defineMetadata('design:paramtypes', [TokenBrokerClient], Ledger);
  class Service {}
  Module({ imports: [imported], providers: [Ledger] })(Service);
  const app = await NestFactory.createApplicationContext(Service, { logger: false, abortOnError: false });
  const { org } = await app.get(Ledger).client.getToken('acme');
  await app.close();
  return org.id;
}

console.log('forRoot', await orgThrough(DeskeraTokenModule.forRoot(options)));
class Settings {}
Module({ providers: [{ provide: 'URL', useValue: url }], exports: ['URL'] })(Settings);
const async = { imports: [Settings], inject: ['URL'], useFactory: async (injected) => ({ url: injected, key }) };
console.log('forRootAsync', await orgThrough(DeskeraTokenModule.forRootAsync(async)));
const wrong = DeskeraTokenModule.forRootAsync({ useFactory: () => ({ url: 'nowhere', key }) });
console.log('refused', await orgThrough(wrong).catch((error) => error.constructor.name));
`;

function broker(): ProcessPlatform['brokers'][number] {
  const [first] = platform.brokers;
  if (first === undefined) throw new Error('a platform has a broker');
  return first;
}

async function serviceKey(): Promise<string> {
  const wish = { name: 'sibling', scopes: ['tokens:read'], tenants: ['*'] };
  const { status, json } = await broker().call('POST', '/admin/api/service-keys', wish);
  if (status !== 201) throw new Error(`no key: ${String(status)}`);
  return String(json['key']);
}
