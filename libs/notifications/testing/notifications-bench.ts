import { Global, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EncryptionKeys } from '#crypto';
import { testEncryptionKeys } from '#crypto/testing';
import { Clock, Secret, SystemClock } from '#kernel';
import { BrokerMetrics } from '#observability';
import { RecordedMetrics } from '#observability/testing';
import { ConnectionSaves } from '#connections';
import { DatabaseOptions, DatabaseReadiness } from '#database';
import { VaultOptions } from '#vault';
import { WebhookDeliveryStore } from '../internal/webhook-deliveries.js';
import {
  busySlowdown,
  openTestStore,
  storedRecord,
  type StoredConnection,
  type TestStore,
} from '#connections/testing';
import { NotificationsModule } from '../notifications.module.js';
import { NotificationsOptions } from '../options.js';
import { Webhooks, type CreatedWebhook, type DeliveryPage } from '../webhooks.js';

const quick = {
  deliver: true,
  allowedNetworks: ['127.0.0.0/8'],
  pausesSeconds: [0.02, 0.04, 0.08],
  tryForSeconds: 3_600,
  answerSeconds: 15,
  pollMilliseconds: 100,
} satisfies NotificationsOptions;

/** The room on a database of the spec's, as one replica has it, with pauses as short as the spec wants them. */
export class NotificationsBench {
  readonly metrics = new RecordedMetrics();
  readonly #contexts: INestApplicationContext[] = [];

  private constructor(
    private readonly databaseUrl: string,
    readonly store: TestStore,
  ) {}

  static async open(
    databaseUrl: string,
    options: Partial<NotificationsOptions> = {},
  ): Promise<NotificationsBench> {
    const bench = new NotificationsBench(databaseUrl, await openTestStore(databaseUrl));
    await bench.addReplica(options);
    return bench;
  }

  /** The first replica's. */
  get webhooks(): Webhooks {
    return this.#first().get(Webhooks);
  }

  get deliveries(): WebhookDeliveryStore {
    return this.#first().get(WebhookDeliveryStore);
  }

  async addReplica(options: Partial<NotificationsOptions> = {}): Promise<void> {
    const module = await Test.createTestingModule({
      imports: [this.#surroundings({ ...quick, ...options }), NotificationsModule],
    }).compile();
    const context = await module.init();
    this.#contexts.push(context);
    await new Promise<void>((resolve) => {
      context.get(DatabaseReadiness, { strict: false }).whenAccepted(resolve);
    });
  }

  /** As a kill would, it leaves what is under way to others; unlike one, it closes the connections. */
  async closeReplica(): Promise<void> {
    await this.#contexts.shift()?.close();
  }

  /** @param events none: all */
  create(url: string, events: CreatedWebhook['events'] = []): Promise<CreatedWebhook> {
    return this.webhooks.create({ url, events });
  }

  /** A connection that was just connected: its first event. @returns its id */
  async connect(connection: StoredConnection = {}): Promise<string> {
    return (await storedRecord(this.store, connection)).connectionId;
  }

  async disconnect(connectionId: string): Promise<void> {
    if (!(await this.store.get(ConnectionSaves).disconnect(connectionId, null)))
      throw new Error('there was nothing to disconnect');
  }

  log(endpointId: string, status: 'pending' | 'delivered' | 'parked' | null = null): Promise<DeliveryPage> {
    return this.webhooks.deliveries(endpointId, { status, limit: 200, cursor: null });
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    await this.store.close();
  }

  #first(): INestApplicationContext {
    const [first] = this.#contexts;
    if (first === undefined) throw new Error('the bench has no replica');
    return first;
  }

  #surroundings(options: NotificationsOptions): Type {
    const url = Secret.of(this.databaseUrl);
    const database: DatabaseOptions = {
      databaseUrl: url,
      directUrl: url,
      poolSize: 8,
      slowdown: busySlowdown,
    };
    const vault: VaultOptions = { trustsApiUrl: () => true };
    const providers = [
      { provide: Clock, useClass: SystemClock },
      { provide: DatabaseOptions, useValue: database },
      { provide: VaultOptions, useValue: vault },
      { provide: EncryptionKeys, useValue: testEncryptionKeys('test') },
      { provide: BrokerMetrics, useValue: this.metrics },
      { provide: NotificationsOptions, useValue: options },
    ];
    @Global()
    @Module({ providers, exports: providers.map(({ provide }) => provide) })
    class Surroundings {}
    return Surroundings;
  }
}
