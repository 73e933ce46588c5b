import http, { type Agent, type ClientRequestArgs } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Connecting, HandOver } from './connecting.js';
import type { SocketMaker, SpareSockets } from './spare-sockets.js';

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

/** What an agent needs to make its sockets. */
export interface SocketMaking {
  readonly connecting: Connecting;
  readonly use: SocketUse;
  /** Taken first; null: every socket is made for its request. */
  readonly spares: SpareSockets | null;
}

/** Sockets for `http:`, each handed to its first request when it is connected. */
export class ConnectedFirstHttpAgent extends http.Agent {
  constructor(private readonly making: SocketMaking) {
    super(agentOptions[making.use]);
  }

  override createConnection(options: ClientRequestArgs, callback: HandOver): undefined {
    const connect = (): Socket => super.createConnection(ofSocket(options)) as Socket;
    handOver(this.making, originOf('http:', options), { readyEvent: 'connect', connect }, callback);
  }
}

/** Sockets for `https:`, each handed to its first request when its TLS is agreed. TLS sessions are resumed. */
export class ConnectedFirstHttpsAgent extends https.Agent {
  constructor(private readonly making: SocketMaking) {
    super(agentOptions[making.use]);
  }

  override createConnection(options: ClientRequestArgs, callback: HandOver): undefined {
    const connect = (): Socket => super.createConnection(ofSocket(options)) as Socket;
    handOver(this.making, originOf('https:', options), { readyEvent: 'secureConnect', connect }, callback);
  }
}

/** Names the far end of a request's socket. The host of a request may be in brackets, or in capitals. */
export function originOf(
  protocol: string,
  { host, hostname, port }: Pick<ClientRequestArgs, 'host' | 'hostname' | 'port'>,
): string {
  const name = String(hostname ?? host)
    .toLowerCase()
    .replaceAll(/[[\]]/g, '');
  return `${protocol}//${name}:${String(port ?? (protocol === 'https:' ? 443 : 80))}`;
}

/** Those of a request's options that its socket depends on: the others hold its headers, and secrets in them. */
function ofSocket(
  options: ClientRequestArgs & { readonly servername?: string; readonly _agentKey?: string },
) {
  const { host, port, family, servername, _agentKey } = options;
  return {
    host,
    port,
    ...(family !== undefined && { family }),
    ...(servername !== undefined && { servername }),
    // Under this name the agent keeps TLS sessions, to resume them.
    ...(_agentKey !== undefined && { _agentKey }),
  } as ClientRequestArgs;
}

function handOver(
  { connecting, spares }: SocketMaking,
  origin: string,
  maker: SocketMaker,
  callback: HandOver,
): void {
  spares?.learn(origin, maker);
  const spare = spares?.take(origin) ?? null;
  if (spare?.isReady === true) callback(null, spare.socket);
  else connecting.handOver(spare?.socket ?? maker.connect(), maker.readyEvent, callback);
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
