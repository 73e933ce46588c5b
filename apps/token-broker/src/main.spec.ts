import { afterEach, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase, createTestDatabase } from '../../../test/postgres/index.js';
import { BrokerProcess } from './testing/broker-process.js';

const secrets = {
  DESKERA_CLIENT_SECRET: 'a-client-secret-of-the-spec',
  ENCRYPTION_KEYS: `k1:${Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')}`,
  ADMIN_KEY: 'an-admin-key-of-the-spec-with-enough-characters',
};
const environment = {
  ...secrets,
  HOST: '127.0.0.1',
  SHUTDOWN_GRACE_SECONDS: '0',
  PORT: '0',
  PUBLIC_URL: 'https://broker.example',
  DESKERA_CLIENT_ID: 'cl_pub_spec',
  LOG_LEVEL: 'trace',
};
const nowhere = 'postgres://broker:a-database-password@127.0.0.1:1/broker';

const processes: BrokerProcess[] = [];

function start(changes: Record<string, string>): BrokerProcess {
  const broker = new BrokerProcess({ ...environment, ...changes });
  processes.push(broker);
  return broker;
}

afterEach(async () => {
  await Promise.all(processes.splice(0).map((broker) => broker.discard()));
});

function expectNoSecret(output: string): void {
  for (const secret of [...Object.values(secrets), 'a-database-password'])
    expect(output).not.toContain(secret);
}

describe('a broker that can’t start says why, and ends with 1', () => {
  it('names every bad setting, and no value', async () => {
    const broker = start({
      DATABASE_URL: 'hunter2',
      PUBLIC_URL: 'hunter2',
      PORT: 'hunter2',
      ADMIN_KEY: 'hunter2',
    });
    expect(await broker.ended).toBe(1);
    for (const name of ['DATABASE_URL', 'PUBLIC_URL', 'PORT', 'ADMIN_KEY'])
      expect(broker.output).toContain(name);
    expect(broker.output).not.toContain('hunter2');
    expect(broker.output).not.toMatch(/^\s+at /m);
  });

  it('refuses a database without its schema', async () => {
    const database = await createEmptyDatabase();
    const broker = start({ DATABASE_URL: database.url });
    expect(await broker.ended).toBe(1);
    expect(broker.output).toContain('npm run migrate');
    expectNoSecret(broker.output);
    await database.drop();
  });

  it('tells that its port is taken', async () => {
    const first = start({ DATABASE_URL: nowhere });
    const port = await first.listensOn();
    const second = start({ DATABASE_URL: nowhere, PORT: String(port) });
    expect(await second.ended).toBe(1);
    expect(second.output).toContain('EADDRINUSE');
  });
});

describe('a broker that can', () => {
  it('tells when it is ready, and ends with 0 however often it is told to', async () => {
    const database = await createTestDatabase();
    const broker = start({ DATABASE_URL: database.url });
    const port = await broker.listensOn();
    await broker.says(/ready in \d+ ms since process start/);
    expect((await fetch(`http://127.0.0.1:${String(port)}/health/ready`)).status).toBe(200);
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT', 'SIGTERM'] as const) broker.signal(signal);
    expect(await broker.ended).toBe(0);
    expectNoSecret(broker.output);
    expect(broker.output).not.toContain('"level":"error"');
    await database.drop();
  });

  it('comes up while the database is away, is not ready then, and still ends in order', async () => {
    const broker = start({ DATABASE_URL: nowhere });
    const port = await broker.listensOn();
    const base = `http://127.0.0.1:${String(port)}`;
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
    expect((await fetch(`${base}/health/ready`)).status).toBe(503);
    const token = await fetch(`${base}/v1/tenants/acme/deskera-token`, {
      headers: { authorization: `Bearer ${secrets.ADMIN_KEY}` },
    });
    expect(await token.json()).toMatchObject({ status: 503, code: 'broker_unavailable' });
    expect(broker.output).not.toMatch(/ready in/);
    broker.signal('SIGTERM');
    expect(await broker.ended).toBe(0);
    expectNoSecret(broker.output);
  });
});
