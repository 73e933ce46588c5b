import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Agent, get, type IncomingMessage } from 'node:http';
import { BrokerProcess } from './testing/broker-process.js';

const environment = {
  HOST: '127.0.0.1',
  PORT: '0',
  PUBLIC_URL: 'https://broker.example',
  DATABASE_URL: 'postgres://broker:a-database-password@127.0.0.1:1/broker',
  DESKERA_CLIENT_ID: 'cl_pub_spec',
  DESKERA_CLIENT_SECRET: 'a-client-secret-of-the-spec',
  ENCRYPTION_KEYS: `k1:${Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')}`,
  SHUTDOWN_GRACE_SECONDS: '2',
};

const processes: BrokerProcess[] = [];

async function start(changes: Record<string, string> = {}): Promise<{ broker: BrokerProcess; port: number }> {
  const broker = new BrokerProcess({ ...environment, ...changes });
  processes.push(broker);
  return { broker, port: await broker.listensOn() };
}

afterEach(async () => {
  await Promise.all(processes.splice(0).map((broker) => broker.discard()));
});

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
  readonly body: string;
}

async function ask(port: number, path: string, agent: Agent): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, resolve).on('error', reject);
  });
  let body = '';
  for await (const part of response) body += String(part);
  return { status: response.statusCode ?? 0, connection: response.headers.connection, body };
}

/** Sends requests one after another over a kept connection until the broker ends that. @returns why it ended */
async function hammer(port: number, answers: Answer[]): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (;;) {
      const answer = await ask(port, '/health/live', agent);
      answers.push(answer);
      if (answer.connection === 'close') return 'told to close';
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    agent.destroy();
  }
}

describe('a broker that is told to stop', () => {
  it('serves on with "Connection: close" and is not ready, and no busy connection sees a reset', async () => {
    const { broker, port } = await start();
    const answers: Answer[] = [];
    const ends = Promise.all(Array.from({ length: 10 }, () => hammer(port, answers)));
    await eventually(() => answers.length > 100);
    expect(answers.at(-1)?.connection).toBe('keep-alive');
    broker.signal('SIGTERM');
    await broker.says(/SIGTERM: stopping/);
    const agent = new Agent();
    await eventually(async () =>
      (await ask(port, '/health/ready', agent)).body.includes('"standing":"stopping"'),
    );
    const during = await ask(port, '/health/live', agent);
    expect(during).toMatchObject({ status: 200, connection: 'close' });
    expect(await broker.ended).toBe(0);
    expect(new Set(await ends)).toEqual(new Set(['told to close']));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it.each(['SIGINT', 'SIGQUIT'] as const)('drains on %s as on SIGTERM', async (signal) => {
    const { broker } = await start({ SHUTDOWN_GRACE_SECONDS: '0' });
    broker.signal(signal);
    expect(await broker.ended).toBe(0);
    expect(broker.output).toContain(`${signal}: stopping`);
  });

  it('ends in order where it is still starting', async () => {
    // A database that accepts connections and never answers: the start waits for it.
    const asked = Promise.withResolvers<Socket>();
    const database = createServer(asked.resolve).listen(0, '127.0.0.1');
    await once(database, 'listening');
    const { port } = database.address() as AddressInfo;
    const broker = new BrokerProcess({
      ...environment,
      DATABASE_URL: `postgres://broker:a-database-password@127.0.0.1:${String(port)}/broker`,
    });
    processes.push(broker);
    const socket = await asked.promise;
    broker.signal('SIGTERM');
    expect(await broker.ended).toBe(0);
    expect(broker.output).toContain('"stopped"');
    socket.destroy();
    database.close();
  });
});

describe('signals that are not about the end', () => {
  it('do not end the broker, and open no debugger', async () => {
    const { broker, port } = await start();
    for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGUSR1'] as const) {
      broker.signal(signal);
      await broker.says(new RegExp(`${signal}: ignored`));
    }
    expect((await ask(port, '/health/live', new Agent())).status).toBe(200);
    expect(broker.output).not.toContain('Debugger listening');
  });
});

describe('an idle connection', () => {
  it('is kept for as long as KEEP_ALIVE_SECONDS says', async () => {
    const { port } = await start({ KEEP_ALIVE_SECONDS: '321' });
    const agent = new Agent({ keepAlive: true });
    const response = await new Promise<IncomingMessage>((resolve) => {
      get({ host: '127.0.0.1', port, path: '/health/live', agent }, resolve);
    });
    expect(response.headers['keep-alive']).toBe('timeout=321');
    agent.destroy();
  });
});
