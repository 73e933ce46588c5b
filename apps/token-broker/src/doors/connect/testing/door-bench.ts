import { Global, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Failure, Secret, uncounted, type Attempt } from '#kernel';
import {
  Callbacks,
  ConnectLinks,
  Landings,
  OauthModule,
  OauthOptions,
  type CallbackResult,
  type Landing,
  type LinkOpening,
  type OpenedLink,
  type RawCallback,
} from '#oauth';
import type { RateLimitOptions } from '../../rate-limit/index.js';
import { HttpOptions } from '../../http/options.js';
import { ProblemFilter } from '../../http/problem.filter.js';
import { RateLimitBench } from '../../testing/rate-limit-bench.js';
import { ConnectDoorModule } from '../connect-door.module.js';

/** Links, callbacks and landings that come out as a test says, and remember what they were asked. */
class ScriptedOauth implements ConnectLinks, Callbacks, Landings {
  link: OpenedLink | Failure = new Failure('link_expired', 'No longer valid.');
  result: CallbackResult | Error = new Error('no callback was expected');
  landing: Landing | Failure | null = null;
  /** Whether a callback's `state` is known and unused: such a one does not count. */
  stateIsUnused = false;
  readonly opened: LinkOpening[] = [];
  readonly peeked: string[] = [];
  readonly handled: RawCallback[] = [];
  readonly arrived: { readonly sessionId: string; readonly browserIds: readonly Secret[] }[] = [];

  open(opening: LinkOpening): Promise<OpenedLink> {
    this.opened.push(opening);
    return comesTo(this.link);
  }

  async peek(linkId: Secret): Promise<void> {
    this.peeked.push(linkId.reveal());
    await comesTo(this.link);
  }

  handle(callback: RawCallback, attempt: Attempt = uncounted): Promise<CallbackResult> {
    this.handled.push(callback);
    attempt.charge();
    if (this.stateIsUnused) attempt.refund();
    return comesTo(this.result);
  }

  arrive(sessionId: string, browserIds: readonly Secret[]): Promise<Landing | null> {
    this.arrived.push({ sessionId, browserIds });
    return comesTo(this.landing);
  }
}

function comesTo<Result>(result: Result): Promise<Exclude<Result, Error>> {
  if (result instanceof Error) return Promise.reject(result);
  return Promise.resolve(result as Exclude<Result, Error>);
}

const publicUrl = 'https://broker.example';

class TestOauthOptions extends OauthOptions {
  override readonly publicUrl = publicUrl;
  override readonly redirectOrigins = [];
  override readonly authPageOrigins = ['https://appauth.deskera.example'];
  override readonly sessionSeconds = 900;
  override readonly defaultApiVersion = 'v1';
  override readonly apiUrl = 'https://api.deskera.example';
  override readonly trustsApiUrl = () => true;
  override readonly timeoutSeconds = 10;
}

class TestHttpOptions extends HttpOptions {
  override readonly publicUrl = publicUrl;
  override readonly trustedProxies = [];
  override readonly arrivalSeconds = 15;
  override readonly keepAliveSeconds = 620;
  override readonly longestAnswerSeconds = 40;
}

export interface DoorBench {
  readonly app: NestFastifyApplication;
  readonly oauth: ScriptedOauth;
  readonly fairUse: RateLimitBench;
}

/** The door as it is, before an oauth that does as it is told. */
export async function openDoor(limits: Partial<RateLimitOptions> = {}): Promise<DoorBench> {
  const oauth = new ScriptedOauth();
  const fairUse = new RateLimitBench(limits);
  const contracts = [Callbacks, ConnectLinks, Landings];

  @Global()
  @Module({ providers: [{ provide: OauthOptions, useClass: TestOauthOptions }], exports: [OauthOptions] })
  class TestOptions {}

  @Module({ providers: contracts.map((provide) => ({ provide, useValue: oauth })), exports: contracts })
  class ScriptedOauthModule {}

  const module = await Test.createTestingModule({ imports: [TestOptions, fairUse.module, ConnectDoorModule] })
    .overrideModule(OauthModule)
    .useModule(ScriptedOauthModule)
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  app.useLogger(false);
  app.useGlobalFilters(new ProblemFilter(new TestHttpOptions()));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return { app, oauth, fairUse };
}
