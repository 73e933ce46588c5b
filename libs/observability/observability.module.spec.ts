import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '#kernel/testing';
import {
  Body,
  Controller,
  Get,
  Global,
  Logger,
  Module,
  Param,
  Post,
  ServiceUnavailableException,
} from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BrokerLogger, LogOptions, ObservabilityModule, requestIdFrom } from '#observability';

const link = 'TheLinkIdThatNobodyMaySee';
const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJ0ZW5hbnRJZCI6MX0.c2lnbmF0dXJl';
const lines: string[] = [];

@Controller()
class Door {
  readonly #logger = new Logger('Door');

  @Get('connect/:id')
  open(@Param('id') id: string): string {
    this.#logger.log(`opening with ${jwt}`);
    return id;
  }

  @Post('things')
  async make(@Body() body: object): Promise<object> {
    await Promise.resolve();
    this.#logger.warn({ msg: 'made', token: jwt, body });
    return {};
  }

  @Get('broken')
  break(): never {
    throw new ServiceUnavailableException();
  }

  @Get('slow')
  async wait(): Promise<never> {
    return new Promise(() => undefined);
  }
}

@Global()
@Module({
  providers: [
    {
      provide: LogOptions,
      useValue: { level: 'trace', destination: { write: (line: string) => lines.push(line) } },
    },
  ],
  exports: [LogOptions],
})
class Options {}

describe('the log of an application', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [Options, ObservabilityModule],
      controllers: [Door],
    }).compile();
    const adapter = new FastifyAdapter({
      genReqId: (request: IncomingMessage) => requestIdFrom(request.headers['x-request-id']),
    });
    app = module.createNestApplication<NestFastifyApplication>(adapter, { bufferLogs: true });
    app.useLogger(app.get(BrokerLogger));
    await app.listen(0, '127.0.0.1');
  });

  afterAll(() => app.close());

  beforeEach(() => {
    lines.length = 0;
  });

  function logged(context: string): Record<string, unknown>[] {
    return lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['context'] === context);
  }

  it('tells of a request by its route, and nothing that came with it', async () => {
    await app.inject({
      url: `/connect/${link}?code=a-code&state=a-state`,
      headers: {
        'x-request-id': 'mine',
        authorization: 'Bearer a-bearer',
        cookie: 'a-cookie',
        'user-agent': 'an-agent',
      },
    });
    expect(logged('Request')).toEqual([
      {
        level: 'debug',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        pid: process.pid,
        hostname: expect.any(String),
        context: 'Request',
        requestId: 'mine',
        msg: 'GET /connect/:id 200',
        method: 'GET',
        route: '/connect/:id',
        status: 200,
        durationMilliseconds: expect.any(Number),
      },
    ]);
    const secrets = [link, jwt, 'a-code', 'a-state', 'a-bearer', 'a-cookie', 'an-agent'];
    for (const secret of secrets) expect(lines.join('')).not.toContain(secret);
  });

  it('puts the request id on every line of the work for it, also after a body was read', async () => {
    await app.inject({
      method: 'POST',
      url: '/things',
      payload: { deskeraRefreshToken: jwt },
      headers: { 'x-request-id': 'mine' },
    });
    expect(logged('Door')).toEqual([
      expect.objectContaining({ requestId: 'mine', msg: 'made', token: '[redacted]' }),
    ]);
    expect(lines.join('')).not.toContain(jwt);
  });

  it('names no path that is not registered', async () => {
    await app.inject(`/${link}`);
    expect(logged('Request')).toEqual([
      expect.objectContaining({ level: 'info', route: 'unmatched', status: 404 }),
    ]);
    expect(lines.join('')).not.toContain(link);
  });

  it('warns of a failure of ours', async () => {
    await app.inject('/broken');
    expect(logged('Request')).toEqual([expect.objectContaining({ level: 'warn', msg: 'GET /broken 503' })]);
  });

  it('tells of a caller that left before the answer', async () => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const request = httpRequest({ port, path: '/slow' }).on('error', () => undefined);
    request.end();
    const arrived = new Promise((resolve) => app.getHttpServer().once('request', resolve));
    await arrived;
    request.destroy();
    await eventually(() => logged('Request').length > 0);
    expect(logged('Request')).toEqual([
      expect.objectContaining({ level: 'info', msg: 'GET /slow aborted', status: null }),
    ]);
  });

  it('keeps the wiring of the start for those who debug', () => {
    const logger = app.get(BrokerLogger);
    logger.log('Mapped {/x, GET} route', 'RouterExplorer');
    logger.log('Hello', 'Broker');
    expect(logged('RouterExplorer')).toEqual([expect.objectContaining({ level: 'debug' })]);
    expect(logged('Broker')).toEqual([expect.objectContaining({ level: 'info', msg: 'Hello' })]);
  });

  it('describes an error without what is attached to it', () => {
    const error = Object.assign(new Error(`refused: ${jwt}`), {
      config: { headers: { cookie: 'a-cookie' } },
    });
    app.get(BrokerLogger).error({ msg: 'It broke', err: error }, 'Door');
    expect(logged('Door')).toEqual([
      expect.objectContaining({
        level: 'error',
        err: expect.objectContaining({ message: 'refused: [redacted]' }),
      }),
    ]);
    expect(lines.join('')).not.toContain('a-cookie');
  });
});
