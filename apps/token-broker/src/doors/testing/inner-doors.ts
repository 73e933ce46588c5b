import { Global, Module, type Type } from '@nestjs/common';
import { AdminTrail, Authenticator, HandOutHistory, HandOuts, ServiceKeys } from '#access';
import { Webhooks } from '#notifications';
import { LogOptions } from '#observability';
import { ConnectSessions } from '#oauth';
import { Connections, DeskeraTokens, GrantImports, TokenRejections } from '#tokens';
import { AdminApiModule } from '../admin-api/admin-api.module.js';
import type { RateLimitOptions } from '../rate-limit/index.js';
import { HealthReport } from '../health/index.js';
import { InternalApiModule } from '../internal-api/internal-api.module.js';
import { openDoors, type DoorApp } from './door-app.js';
import { RateLimitBench } from './rate-limit-bench.js';
import { FakeAuthenticator } from './fake-authenticator.js';
import { FakeHealthReport } from './fake-health-report.js';
import { FakeGrantImports } from './fake-grant-imports.js';
import { FakeConnectSessions } from './fake-connect-sessions.js';
import { FakeHandOutHistory, FakeHandOuts } from './fake-hand-outs.js';
import { FakeAdminTrail, FakeServiceKeys } from './fake-service-keys.js';
import { FakeConnections, FakeDeskeraTokens, FakeTokenRejections } from './fake-tokens.js';
import { FakeWebhooks } from './fake-webhooks.js';

/** The internal and the admin API on a free port, with fakes for the rooms behind. */
export class InnerDoors {
  readonly authenticator = new FakeAuthenticator();
  readonly tokens = new FakeDeskeraTokens();
  readonly rejections = new FakeTokenRejections(this.tokens);
  readonly connections = new FakeConnections();
  readonly imports = new FakeGrantImports();
  readonly sessions = new FakeConnectSessions();
  readonly trail = new FakeAdminTrail();
  readonly keys = new FakeServiceKeys(this.trail);
  readonly handOuts = new FakeHandOuts();
  readonly handOutHistory = new FakeHandOutHistory();
  readonly webhooks = new FakeWebhooks();
  readonly health = new FakeHealthReport();
  readonly admin = this.authenticator.admit('admin', { scopes: ['admin'], tenants: ['*'] });
  doors!: DoorApp;

  private constructor(readonly fairUse: RateLimitBench) {}

  static async open(limits: Partial<RateLimitOptions> = {}): Promise<InnerDoors> {
    const inner = new InnerDoors(new RateLimitBench(limits));
    inner.doors = await openDoors({
      controllers: [InternalApiModule, AdminApiModule].flatMap((module) => partsOf(module, 'controllers')),
      providers: [InternalApiModule].flatMap((module) => partsOf(module, 'providers')),
      imports: [inner.#rooms(), inner.fairUse.module],
    });
    return inner;
  }

  async request(
    method: string,
    path: string,
    { key, ...init }: RequestInit & { key?: string } = {},
  ): Promise<Response> {
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set('authorization', key);
    return fetch(`http://127.0.0.1:${String(this.doors.port)}${path}`, { method, ...init, headers });
  }

  /** Sends a JSON body. */
  async send(method: string, path: string, body: unknown, key: string): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return this.request(method, path, { key, headers, body: JSON.stringify(body) });
  }

  async close(): Promise<void> {
    await this.doors.app.close();
  }

  #rooms(): Type {
    const rooms = [
      { provide: Authenticator, useValue: this.authenticator },
      { provide: DeskeraTokens, useValue: this.tokens },
      { provide: TokenRejections, useValue: this.rejections },
      { provide: Connections, useValue: this.connections },
      { provide: GrantImports, useValue: this.imports },
      { provide: ConnectSessions, useValue: this.sessions },
      { provide: AdminTrail, useValue: this.trail },
      { provide: ServiceKeys, useValue: this.keys },
      { provide: HandOuts, useValue: this.handOuts },
      { provide: HandOutHistory, useValue: this.handOutHistory },
      { provide: Webhooks, useValue: this.webhooks },
      { provide: HealthReport, useValue: this.health },
      { provide: LogOptions, useValue: { level: 'silent' } },
    ];
    @Global()
    @Module({ providers: rooms, exports: rooms.map(({ provide }) => provide) })
    class FakeRooms {}
    return FakeRooms;
  }
}

/** As the module itself names them, so that a new one is not forgotten. */
function partsOf(module: Type, kind: 'controllers' | 'providers'): Type[] {
  return Reflect.getMetadata(kind, module) as Type[];
}
