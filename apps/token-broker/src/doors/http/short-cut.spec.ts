import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '#kernel/testing';
import { openDoors, type DoorApp } from '../testing/door-app.js';
import { putInFront } from './short-cut.js';

let held: PromiseWithResolvers<string>;
let arrived: PromiseWithResolvers<undefined>;
let shortAnswers: number;

@Controller()
class Ordinary {
  @Get('short')
  short(): string {
    return 'the ordinary way';
  }

  @Get('held')
  held(): Promise<string> {
    arrived.resolve(undefined);
    return held.promise;
  }
}

@Injectable()
class Short implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    putInFront(this.host.httpAdapter.getInstance<FastifyInstance>(), ({ url }, response) => {
      if (url === '/defect') return () => throwDefect();
      if (url !== '/short') return null;
      shortAnswers += 1;
      const made = shortAnswers;
      return () => response.end(`the short cut: ${String(made)} of ${String(shortAnswers)}`);
    });
  }
}

function throwDefect(): never {
  throw new Error('a defect');
}

let doors: DoorApp;

beforeEach(async () => {
  held = Promise.withResolvers();
  arrived = Promise.withResolvers();
  shortAnswers = 0;
  doors = await openDoors({ controllers: [Ordinary], providers: [Short] }, { separate: true });
});

afterEach(async () => {
  held.resolve('');
  await doors.app.close();
});

describe('a short cut', () => {
  it('answers what it takes, and leaves the rest', async () => {
    const ask = async (path: string): Promise<string> =>
      (await fetch(`http://127.0.0.1:${String(doors.port)}${path}`)).text();
    expect(await ask('/short')).toBe('the short cut: 1 of 1');
    expect(await ask('/elsewhere')).toContain('not_found');
  });

  it('writes the first of a turn at once, and what follows together', async () => {
    const server: Server = doors.app.getHttpServer();
    const written: string[] = [];
    const response = { socket: {}, end: (text: string) => written.push(text) };
    for (let requests = 0; requests < 3; requests += 1) server.emit('request', { url: '/short' }, response);
    expect(written).toEqual(['the short cut: 1 of 1']);
    await eventually(() => written.length === 3);
    expect(written.slice(1)).toEqual(['the short cut: 2 of 3', 'the short cut: 3 of 3']);
  });

  it('that fails to write ends that connection alone', async () => {
    const answers = await Promise.allSettled(
      ['/defect', '/short'].map((path) => fetch(`http://127.0.0.1:${String(doors.port)}${path}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('is not there for those who come by the public listener', async () => {
    const response = await fetch(`http://127.0.0.1:${String(doors.publicPort)}/short`);
    expect([response.status, shortAnswers]).toEqual([404, 0]);
  });

  it('is taken no more once the application closes', async () => {
    const socket = connect({ port: doors.port, host: '127.0.0.1' });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const request = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
    socket.write(request('/held'));
    await arrived.promise;
    const closed = doors.app.close();
    const server: Server = doors.app.getHttpServer();
    await eventually(() => !server.listening);
    socket.write(request('/short'));
    held.resolve('held');
    await Promise.all([closed, once(socket, 'close')]);
    expect(shortAnswers).toBe(0);
    expect(Buffer.concat(chunks).toString()).toMatch(/connection: close/i);
  });
});
