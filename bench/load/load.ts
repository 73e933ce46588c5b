import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { AnswerReader } from './answer-reader.js';

export interface LoadOptions {
  /** The connections are spread over these. */
  readonly ports: readonly number[];
  /** Kept alive; each has one request under way. */
  readonly connections: number;
  readonly milliseconds: number;
  /** Whole requests, of which each is one drawn at random. */
  readonly requests: readonly Buffer[];
}

export interface LoadResult {
  readonly perSecond: number;
  readonly medianMilliseconds: number;
  readonly p99Milliseconds: number;
}

/** Asks as fast as answers come, on the thread that calls it, and takes down how long each took. */
export async function load({ ports, connections, milliseconds, requests }: LoadOptions): Promise<LoadResult> {
  const sockets = await Promise.all(
    Array.from({ length: connections }, (_, index) => opened(ports[index % ports.length] ?? 0)),
  );
  const durations: number[] = [];
  const from = performance.now();
  const until = from + milliseconds;
  await Promise.all(sockets.map((socket) => askUntil(socket, until, requests, durations)));
  const seconds = (performance.now() - from) / 1_000;
  for (const socket of sockets) socket.destroy();
  const sorted = Float64Array.from(durations).sort();
  const share = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return {
    perSecond: durations.length / seconds,
    medianMilliseconds: share(0.5),
    p99Milliseconds: share(0.99),
  };
}

/** One after the other, each once: to fill a cache. */
export async function askEach(port: number, requests: readonly Buffer[]): Promise<void> {
  const left = requests.values();
  const ask = async (): Promise<void> => {
    const socket = await opened(port);
    for (const request of left) await answerTo(socket, request);
    socket.destroy();
  };
  await Promise.all(Array.from({ length: 8 }, ask));
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function answerTo(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader();
    const read = (chunk: Buffer): void => {
      if (!reader.isWholeWith(chunk)) return;
      socket.off('data', read).off('error', reject);
      resolve();
    };
    socket.on('data', read).once('error', reject);
    socket.write(request);
  });
}

function askUntil(
  socket: Socket,
  until: number,
  requests: readonly Buffer[],
  durations: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader();
    let askedAt = 0;
    const ask = (): void => {
      const request = requests[Math.floor(Math.random() * requests.length)];
      if (request === undefined) return;
      askedAt = performance.now();
      socket.write(request);
    };
    socket.on('data', (chunk: Buffer) => {
      try {
        if (!reader.isWholeWith(chunk)) return;
      } catch (error) {
        socket.destroy(error as Error);
        return;
      }
      const now = performance.now();
      durations.push(now - askedAt);
      if (now < until) ask();
      else resolve();
    });
    socket.once('error', reject);
    ask();
  });
}
