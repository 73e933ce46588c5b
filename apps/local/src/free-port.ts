import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections: a program that is started again on its port finds it free. */
const lowest = 12_000;
const highest = 32_000;
const mostTries = 20;

/** A port that nobody listens on at this moment. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = await listenBriefly(randomInt(lowest, highest), host).catch(() => null);
    if (port !== null) return port;
  }
  return listenBriefly(0, host);
}

/** The wanted port where it is free at this moment, else another that is. */
export async function freePortNear(wanted: number, host = '127.0.0.1'): Promise<number> {
  return listenBriefly(wanted, host).catch(() => freePort(host));
}

async function listenBriefly(port: number, host: string): Promise<number> {
  const server = createServer().listen({ port, host });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port');
  return address.port;
}
