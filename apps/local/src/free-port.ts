import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that nobody listens on at this moment, given by the system. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
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
