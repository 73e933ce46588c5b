import type { ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createFastifyAdapter, HttpOptions, HttpPlatform, type OpenPorts } from '../http/index.js';

export const publicUrl = 'https://broker.example';

export interface DoorApp extends OpenPorts {
  readonly app: NestFastifyApplication;
  readonly http: HttpPlatform;
  /** Every route as `METHOD /pattern`, HEAD and OPTIONS left out. */
  readonly routes: readonly string[];
}

/** Doors on free ports of this machine, with the broker's whole HTTP platform in front. */
export async function openDoors(
  metadata: ModuleMetadata,
  { separate = false, options = {} }: { separate?: boolean; options?: Partial<HttpOptions> } = {},
): Promise<DoorApp> {
  const httpOptions: HttpOptions = {
    publicUrl,
    trustedProxies: [],
    arrivalSeconds: 15,
    keepAliveSeconds: 620,
    longestAnswerSeconds: 40,
    ...options,
  };
  const module = await Test.createTestingModule({
    ...metadata,
    providers: [...(metadata.providers ?? []), { provide: HttpOptions, useValue: httpOptions }],
  }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(createFastifyAdapter(httpOptions), {
    logger: false,
  });
  const routes: string[] = [];
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat())
        if (each !== 'HEAD' && each !== 'OPTIONS') routes.push(`${each} ${url}`);
    });
  const addresses = { host: '127.0.0.1', port: 0, publicPort: separate ? 0 : null };
  const http = await HttpPlatform.setUp(app, httpOptions, addresses);
  const ports = await http.listen();
  return { app, http, routes, ...ports };
}
