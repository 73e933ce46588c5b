import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '#kernel/testing';
import { openDoors } from '../testing/door-app.js';

@Controller()
class Doors {
  @Post('things')
  take(@Body() body: object): object {
    return body;
  }

  @Get('connected')
  outside(): string {
    return 'outside';
  }
}

const body =
  'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{';
const head = 'GET /connected HTTP/1.1\r\nHost: a\r\nA: ';

const sockets: Socket[] = [];
const dribbles: NodeJS.Timeout[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const dribble of dribbles.splice(0)) clearInterval(dribble);
});

/** Sends the beginning, and a byte now and then for as long as it may. @returns what was answered so far */
async function dribble(port: number, beginning: string): Promise<{ socket: Socket; text: () => string }> {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write(beginning);
  dribbles.push(
    setInterval(() => {
      if (socket.writable) socket.write(' ');
    }, 100),
  );
  return { socket, text: () => text };
}

describe('a service that ends', () => {
  it('waits only for a while for requests that do not arrive', async () => {
    const doors = await openDoors(
      { controllers: [Doors] },
      { separate: true, options: { arrivalSeconds: 240 } },
    );
    const slow = [
      await dribble(doors.port, body),
      await dribble(doors.port, head),
      await dribble(doors.publicPort ?? 0, head),
    ];
    // All that was sent before has been seen when a later request is answered.
    for (const port of [doors.port, doors.publicPort])
      await (await fetch(`http://127.0.0.1:${String(port)}/nowhere`)).body?.cancel();
    doors.http.beginEnd();
    doors.http.stopListening();
    await doors.app.close();
    await eventually(() => slow.every(({ socket }) => socket.closed));
    expect(slow.map(({ text }) => /^HTTP\/1\.1 (\d+)/.exec(text())?.[1])).toEqual(['408', '408', '408']);
  });

  it('closes also where nobody told it to listen no more', async () => {
    const doors = await openDoors({ controllers: [Doors] }, { options: { arrivalSeconds: 240 } });
    const { socket } = await dribble(doors.port, body);
    await (await fetch(`http://127.0.0.1:${String(doors.port)}/nowhere`)).body?.cancel();
    await doors.app.close();
    await eventually(() => socket.closed);
  });
});
