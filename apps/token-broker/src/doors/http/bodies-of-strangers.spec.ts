import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '#kernel/testing';
import { InnerDoors } from '../testing/inner-doors.js';

let inner: InnerDoors;
const sockets: Socket[] = [];

beforeAll(async () => {
  inner = await InnerDoors.open();
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(async () => {
  await inner.close();
});

const starts = '/v1/tenants/acme/connect-sessions';
const body = '{"label":"Acme"}';

interface Sending {
  readonly socket: Socket;
  readonly status: () => number | null;
  readonly text: () => string;
}

/** Sends the head and the first byte of the body. */
async function begin(
  path: string,
  key: string | null,
  { type = 'application/json', doors = inner.doors } = {},
): Promise<Sending> {
  const socket = connect({ port: doors.port, host: '127.0.0.1' });
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'connect');
  const fields = [
    `POST ${path} HTTP/1.1`,
    'Host: a',
    `Content-Type: ${type}`,
    `Content-Length: ${String(body.length)}`,
    ...(key === null ? [] : [`Authorization: ${key}`]),
  ];
  socket.write(`${fields.join('\r\n')}\r\n\r\n${body[0] ?? ''}`);
  const status = (): number | null => Number(/^HTTP\/1\.1 (\d+) /.exec(text)?.[1] ?? 0) || null;
  return { socket, status, text: () => text };
}

describe('a request whose body has not come', () => {
  it.each([
    ['has no key', starts, null, 401, '"unauthorized"'],
    ['has a key that is none of ours', '/admin/api/webhooks', 'Bearer wrong', 401, '"unauthorized"'],
    ['goes to an address that is not there', '/v1/nothing', null, 404, '"not_found"'],
    ['goes outside the API to an address that is not there', '/nothing', null, 404, '"not_found"'],
  ])('is refused at once where it %s', async (_, path, key, status, code) => {
    const sending = await begin(path, key);
    await eventually(() => sending.status() === status && sending.text().includes(code));
    if (status === 401) expect(sending.text()).toMatch(/www-authenticate: Bearer/i);
  });

  it('counts once against its address, where its key is bad', async () => {
    const limited = await InnerDoors.open({ failedAuthPerMinute: 5 });
    const statuses: (number | null)[] = [];
    for (let index = 0; index < 7; index += 1) {
      const sending = await begin(starts, 'Bearer bad', limited);
      await eventually(() => sending.status() !== null);
      statuses.push(sending.status());
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    for (const socket of sockets.splice(0)) socket.destroy();
    await limited.close();
  });

  it('is waited for where its key is good', async () => {
    const sending = await begin(starts, inner.admin);
    const refused = await begin(starts, null);
    await eventually(() => refused.status() === 401);
    expect(sending.status()).toBeNull();
    sending.socket.write(body.slice(1));
    await eventually(() => sending.status() === 201);
  });
});

it('a body that cannot be read is not told to a caller without a key', async () => {
  const { status, text } = await begin(starts, null, { type: 'application/xml' });
  await eventually(() => status() !== null);
  expect([status(), text().includes('"unauthorized"')]).toEqual([401, true]);
});
