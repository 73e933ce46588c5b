import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '#kernel/testing';
import { openDoors, type DoorApp } from '../testing/door-app.js';

@Controller()
class BothSides {
  @Post('things')
  take(@Body() body: object): object {
    return body;
  }

  @Get('connected')
  outside(): string {
    return 'outside';
  }

  @Get('health/live')
  inside(): string {
    return 'inside';
  }
}

let doors: DoorApp;
const sockets: Socket[] = [];

beforeEach(async () => {
  doors = await openDoors({ controllers: [BothSides] }, { separate: true });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await doors.app.close();
});

async function openPublic(count: number): Promise<Socket[]> {
  const opened = Array.from({ length: count }, () =>
    connect({ port: doors.publicPort ?? 0, host: '127.0.0.1' })
      .on('error', () => undefined)
      .resume(),
  );
  sockets.push(...opened);
  await Promise.all(opened.map((socket) => once(socket, 'connect')));
  return opened;
}

describe('connections of the public listener', () => {
  it('are refused beyond two thousand, and use up none of the inner listener', async () => {
    for (let opened = 0; opened < 2_000; opened += 100) {
      const batch = await openPublic(100);
      // One that is answered, and the beginning of another: not idle.
      for (const socket of batch)
        socket.write('GET /connected HTTP/1.1\r\nHost: a\r\n\r\nGET /connected HTTP/1.1\r\n');
      await Promise.all(batch.map((socket) => once(socket, 'data')));
    }
    const beyond = await openPublic(20);
    await eventually(() => beyond.every(({ closed }) => closed));
    const answer = await fetch(`http://127.0.0.1:${String(doors.port)}/health/live`);
    expect([answer.status, await answer.text()]).toEqual([200, 'inside']);
  });

  it('make room for others where nobody uses them', async () => {
    const kept: Socket[] = [];
    for (let opened = 0; opened < 2_000; opened += 100) kept.push(...(await openPublic(100)));
    for (const socket of kept) socket.write('GET /connected HTTP/1.1\r\nHost: a\r\n\r\n');
    await Promise.all(kept.map((socket) => once(socket, 'data')));
    await openPublic(1);
    await eventually(() => kept.every(({ closed, readableEnded }) => closed || readableEnded));
    const answer = await fetch(`http://127.0.0.1:${String(doors.publicPort)}/connected`);
    expect(answer.status).toBe(200);
  });
});

describe('bodies that do not come', () => {
  it('cost nobody else a place, and are refused beyond a thousand of one address', async () => {
    const head =
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{';
    for (let opened = 0; opened < 1_000; opened += 100) {
      const batch = Array.from({ length: 100 }, () =>
        connect({ port: doors.port, host: '127.0.0.1' })
          .on('error', () => undefined)
          .resume(),
      );
      sockets.push(...batch);
      await Promise.all(batch.map((socket) => once(socket, 'connect')));
      for (const socket of batch) socket.write(head);
    }
    const post = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${String(doors.port)}/things`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"a":"b"}',
      });
    await eventually(async () => (await post()).status === 503);
    expect((await post()).headers.get('retry-after')).toBe('1');
    expect((await fetch(`http://127.0.0.1:${String(doors.port)}/health/live`)).status).toBe(200);
    for (const socket of sockets.splice(0)) socket.destroy();
    await eventually(async () => (await post()).status === 201);
  });
});
