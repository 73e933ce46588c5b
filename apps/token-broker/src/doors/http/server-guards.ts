import { Server as HttpServer, type Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { HttpOptions } from './options.js';
import { answerOneAtATime } from './one-at-a-time.js';
import { refuseMalformed, refuseOverrun, refuseTunnel } from './raw-refusals.js';

/** Connections of one listener; each has one request under way at most. */
const mostConnections = { inner: 10_000, public: 2_000 } as const;

/** From when a server takes no new connections, a request has so long to arrive. */
const lastArrivalMilliseconds = 5_000;

/** Bounds what a listener takes on; to be called when all that answers its requests is in place. */
export function limitServer(
  server: Server,
  listener: keyof typeof mostConnections,
  { publicUrl }: HttpOptions,
): void {
  server.maxConnections = mostConnections[listener];
  makeRoomWhenFull(server);
  answerOneAtATime(server, (response) => {
    refuseOverrun(response, publicUrl);
  });
}

/** Where a connection is refused, those that nobody uses are closed for the next; once in a turn of the event loop. */
function makeRoomWhenFull(server: Server): void {
  server.once('drop', () => {
    server.closeIdleConnections();
    setImmediate(() => {
      makeRoomWhenFull(server);
    });
  });
}

/** Answers with a problem document what Node's HTTP server would close, or answer without a body. */
export function guardServer(server: Server, { publicUrl }: HttpOptions): void {
  // In place of Fastify's own, and for servers that have none.
  server.removeAllListeners('clientError');
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseMalformed(error, socket as Socket, publicUrl);
  });
  server.on('connect', (_request, socket) => {
    refuseTunnel(socket, publicUrl);
  });
  // An expectation that is not known may be ignored (RFC 9110 section 10.1.1).
  server.on('checkExpectation', (request, response) => {
    server.emit('request', request, response);
  });
}

/**
 * Takes no new connections, in as little time as can be: what has connected meanwhile is reset. The HTTP server's own way
 * ends idle connections first. A request that does not arrive soon holds up no end.
 */
export function stopAccepting(server: Server): void {
  hurryArrivals(server);
  if (server.listening) NetServer.prototype.close.call(server);
}

/** The HTTP server's own `close` also ends its watch over requests that do not arrive: these would hold up the end. */
export function watchArrivalsToTheEnd(server: Server): void {
  server.close = (callback) => {
    hurryArrivals(server);
    server.closeIdleConnections();
    NetServer.prototype.close.call(server, callback);
    return server;
  };
  server.once('close', () => {
    // Nobody is connected any more: now the watch may end.
    HttpServer.prototype.close.call(server);
  });
}

function hurryArrivals(server: Server): void {
  server.requestTimeout = Math.min(server.requestTimeout, lastArrivalMilliseconds);
  server.headersTimeout = Math.min(server.headersTimeout, lastArrivalMilliseconds);
}

/** The port it listens on; 0 while it does not. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
