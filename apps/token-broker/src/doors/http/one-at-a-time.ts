import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many requests of one connection wait behind the one that is being answered. */
const mostInRow = 100;

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Node.js keeps its parser on the socket; each request head that is read goes to `onIncoming`. */
type ParsedSocket = Socket & { readonly parser?: { onIncoming: unknown } | null };

/**
 * Answers the requests of one connection one after another. A client may send many without waiting for answers (RFC 9112
 * section 9.3.2): answered at once, a few hundred kilobytes of them would take the memory of tens of thousands of requests.
 * Requests beyond the bound are not answered: the first of them gets `refuse`, which must end the connection.
 */
export function answerOneAtATime(server: Server, refuse: (response: ServerResponse) => void): void {
  const handlers = server.listeners('request') as Handle[];
  const rows = new WeakMap<Socket, number>();
  const handle: Handle = (request, response) => {
    for (const each of handlers) each.call(server, request, response);
  };
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Node.js gives a response its socket when all earlier ones of the connection are complete.
    if (response.socket !== null) handle(request, response);
    else waitInRow(rows, request, response, handle, refuse);
  });
}

function waitInRow(
  rows: WeakMap<Socket, number>,
  request: IncomingMessage,
  response: ServerResponse,
  handle: Handle,
  refuse: (response: ServerResponse) => void,
): void {
  const { socket } = request;
  const waiting = (rows.get(socket) ?? 0) + 1;
  rows.set(socket, waiting);
  if (waiting > mostInRow) {
    if (waiting === mostInRow + 1) {
      response.once('socket', () => {
        refuse(response);
      });
    }
    readNoMore(socket);
    return;
  }
  response.once('socket', () => {
    // Beyond the bound the row stays full until the connection ends.
    const left = rows.get(socket) ?? 0;
    if (left <= mostInRow) rows.set(socket, left - 1);
    handle(request, response);
  });
}

/** What was received already is parsed to its end, and forgotten. */
function readNoMore(socket: ParsedSocket): void {
  socket.pause();
  if (socket.parser != null) socket.parser.onIncoming = () => 0;
}
