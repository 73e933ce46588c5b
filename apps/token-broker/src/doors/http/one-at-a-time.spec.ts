import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Param, Post, Body } from '@nestjs/common';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { eventually } from '#kernel/testing';
import { openDoors, type DoorApp } from '../testing/door-app.js';

let underWay = 0;
let mostUnderWay = 0;
let handled = 0;
let made = 0;
let release: () => void;
let released: Promise<void>;

@Controller('slow')
class SlowController {
  @Get(':name')
  async get(@Param('name') name: string): Promise<{ name: string }> {
    underWay += 1;
    handled += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    await released;
    underWay -= 1;
    return { name };
  }

  @Post()
  make(@Body() body: unknown): unknown {
    made += 1;
    return body;
  }
}

let doors: DoorApp;

beforeAll(async () => {
  doors = await openDoors({ controllers: [SlowController] });
});

afterAll(async () => {
  await doors.app.close();
});

beforeEach(() => {
  [underWay, mostUnderWay, handled, made] = [0, 0, 0, 0];
  ({ promise: released, resolve: release } = Promise.withResolvers<undefined>() as {
    promise: Promise<undefined>;
    resolve: () => void;
    reject: () => void;
  });
});

interface Client {
  readonly socket: Socket;
  readonly text: () => string;
}

async function open(): Promise<Client> {
  const socket = connect({ port: doors.port, host: '127.0.0.1' });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, text: () => text };
}

const get = (name: string): string => `GET /slow/${name} HTTP/1.1\r\nHost: a\r\n\r\n`;
const post = (name: string): string => {
  const body = `{"name":"${name}"}`;
  const type = 'Content-Type: application/json';
  return `POST /slow HTTP/1.1\r\nHost: a\r\n${type}\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`;
};
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\{"name":"([^"]*)"\}/g)].map(([, name]) => name ?? '');

describe('requests that are sent without waiting for answers', () => {
  it('are answered one after another, all and in their order', async () => {
    const { socket, text } = await open();
    const names = Array.from({ length: 60 }, (_, index) => String(index));
    socket.write(names.map(get).join(''));
    await eventually(() => handled === 1);
    release();
    await eventually(() => namesIn(text()).length === 60);
    expect(namesIn(text())).toEqual(names);
    expect(mostUnderWay).toBe(1);
    socket.destroy();
  });

  it('keep their bodies', async () => {
    const { socket, text } = await open();
    release();
    socket.write(`${post('a')}${get('b')}${post('c')}`);
    await eventually(() => namesIn(text()).length === 3);
    expect(namesIn(text())).toEqual(['a', 'b', 'c']);
    socket.destroy();
  });

  it('are refused with 503 and the end of the connection beyond a hundred that wait', async () => {
    const { socket, text } = await open();
    socket.write(get('x').repeat(1_500));
    await eventually(() => handled === 1);
    release();
    await once(socket, 'close');
    expect(namesIn(text())).toHaveLength(101);
    expect(text().match(/HTTP\/1\.1 503 /g)).toHaveLength(1);
    expect(text()).toMatch(/connection: close/i);
    expect(text()).toMatch(/retry-after: 1/i);
  });

  it('are refused beyond 256 KB that wait', async () => {
    const { socket } = await open();
    socket.write(get('first') + post('x'.repeat(60_000)).repeat(99));
    await eventually(() => handled === 1);
    release();
    await eventually(() => socket.closed);
    expect(made).toBe(4);
  });

  it('are refused beyond 256 KB of heads', async () => {
    const { socket } = await open();
    const large = `GET /slow/x HTTP/1.1\r\nHost: a\r\nA: ${'a'.repeat(10_000)}\r\n\r\n`;
    socket.write(get('first') + large.repeat(60));
    await eventually(() => handled === 1);
    release();
    await eventually(() => socket.closed);
    expect(handled).toBe(1 + 26);
  });

  it('are refused beyond three bodies of a length that is not told', async () => {
    const { socket } = await open();
    const head = 'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`;
    socket.write(get('first') + chunked.repeat(20));
    await eventually(() => handled === 1);
    release();
    await eventually(() => socket.closed);
    expect(made).toBe(3);
  });

  it('are refused where those of all connections hold 32 MB, until these end', async () => {
    const burst = get('first') + post('x'.repeat(60_000)).repeat(4);
    const isAnswered = ({ text }: Client): boolean => text().match(/HTTP\/1\.1 201 /g)?.length === 4;
    const clients = await Promise.all(Array.from({ length: 160 }, open));
    for (const { socket } of clients) socket.write(burst);
    await eventually(() => handled === 160);
    const beyond = await open();
    beyond.socket.write(burst);
    await eventually(() => handled === 161);
    for (const { socket } of clients) socket.destroy();
    release();
    await eventually(() => isAnswered(beyond) || beyond.socket.closed);
    expect(isAnswered(beyond)).toBe(false);
    await eventually(async () => {
      const next = await open();
      next.socket.write(burst);
      await eventually(() => isAnswered(next) || next.socket.closed);
      next.socket.destroy();
      return isAnswered(next);
    });
  });

  it('take little memory and no long turns, however many there are', async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, open));
    const before = process.memoryUsage().rss;
    const flood = get('flood').repeat(4_700);
    for (const { socket } of clients) socket.write(flood);
    await eventually(() => handled === 50);
    const other = await fetch(`http://127.0.0.1:${String(doors.port)}/nowhere`);
    expect(other.status).toBe(404);
    expect(mostUnderWay).toBe(50);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1_024 * 1_024);
    release();
    await Promise.all(clients.map(({ socket }) => once(socket, 'close')));
    expect(handled).toBe(50 * 101);
  });
});
