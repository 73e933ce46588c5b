import { Test } from '@nestjs/testing';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock, Secret, SystemClock } from '#kernel';
import { BrokerMetrics } from '#observability';
import { RecordedMetrics } from '#observability/testing';
import { Deskera } from '../deskera.js';
import { DeskeraModule } from '../deskera.module.js';
import { DeskeraHealth } from '../health.js';
import { DeskeraOptions } from '../options.js';

const client = { clientId: 'cl_pub_test', clientSecrets: [Secret.of('the-client-secret')] };

export const usualOptions = {
  credentials: { v1: client, v2: client },
  authUrls: { v1: 'https://v1.auth.example/', v2: 'https://v2.auth.example/' },
  timeoutSeconds: 2,
  maxConcurrency: 8,
  refreshIdentity: 'off',
  tokenParams: 'body',
} as const satisfies DeskeraOptions;

export interface WiredDeskera {
  readonly deskera: Deskera;
  readonly health: DeskeraHealth;
  readonly metrics: RecordedMetrics;
  close(): Promise<void>;
}

/** The real client, as the application's module wires it. */
export async function wiredDeskera(
  options: Partial<DeskeraOptions> = {},
  clock: Clock = new SystemClock(),
): Promise<WiredDeskera> {
  const settings = settingsModule({ ...usualOptions, ...options }, clock);
  const metrics = new RecordedMetrics();
  const app = await Test.createTestingModule({ imports: [settings, DeskeraModule] })
    .overrideProvider(BrokerMetrics)
    .useValue(metrics)
    .compile();
  return { deskera: app.get(Deskera), health: app.get(DeskeraHealth), metrics, close: () => app.close() };
}

@Global()
@Module({})
class Settings {}

function settingsModule(options: DeskeraOptions, clock: Clock): DynamicModule {
  return {
    module: Settings,
    providers: [
      { provide: DeskeraOptions, useValue: options },
      { provide: Clock, useValue: clock },
    ],
    exports: [DeskeraOptions, Clock],
  };
}
