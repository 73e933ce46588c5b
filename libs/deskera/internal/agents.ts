import http, { type Agent, type ClientRequestArgs } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Connecting, HandOver } from './connecting.js';

/** A socket that idled longer may have been dropped by the other side already. */
const longestIdleMilliseconds = 4_000;

const kept = { keepAlive: true, timeout: longestIdleMilliseconds, maxFreeSockets: 64 } as const;
const fresh = { keepAlive: false } as const;

/**
 * `kept` sockets serve one request after the other; a `fresh` socket serves one and is closed. No idle socket is provably
 * alive: the other side may have closed it while the request is on its way.
 */
export type SocketUse = 'kept' | 'fresh';

const agentOptions = { kept, fresh } as const;

/** Sockets for `http:`, each handed to its first request when it is connected. */
export class ConnectedFirstHttpAgent extends http.Agent {
  constructor(
    private readonly connecting: Connecting,
    use: SocketUse,
  ) {
    super(agentOptions[use]);
  }

  override createConnection(options: ClientRequestArgs, callback: HandOver): undefined {
    this.connecting.handOver(super.createConnection(options) as Socket, 'connect', callback);
  }
}

/** Sockets for `https:`, each handed to its first request when its TLS is agreed. TLS sessions are resumed. */
export class ConnectedFirstHttpsAgent extends https.Agent {
  constructor(
    private readonly connecting: Connecting,
    use: SocketUse,
  ) {
    super(agentOptions[use]);
  }

  override createConnection(options: ClientRequestArgs, callback: HandOver): undefined {
    this.connecting.handOver(super.createConnection(options) as Socket, 'secureConnect', callback);
  }
}

/**
 * Ends the free sockets of an agent that idled too long. Their own timers do so too, but run late after the process
 * was paused, when a request may come first.
 * @param now and what `freeSince` tells: monotonic milliseconds
 */
export function dropIdleSockets(agent: Agent, freeSince: WeakMap<Duplex, number>, now: number): void {
  for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
    const idleSince = freeSince.get(socket);
    if (idleSince === undefined || now - idleSince > longestIdleMilliseconds) socket.destroy();
  }
}
