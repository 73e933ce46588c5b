import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WaitingRow, WaitingRows } from './waiting-row.js';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Node.js keeps its parser on the socket; each request head that is read goes to `onIncoming`. */
type ParsedSocket = Socket & { readonly parser?: { onIncoming: unknown } | null };

/**
 * Answers the requests of one connection one after another. A client may send many without waiting for answers (RFC 9112
 * section 9.3.2): answered at once, a few hundred kilobytes of them would take the memory of tens of thousands of requests.
 * Requests beyond the bounds of `WaitingRow` are not answered: the first of them gets `refuse`, which must end the connection.
 */
export function answerOneAtATime(server: Server, refuse: (response: ServerResponse) => void): void {
  const handlers = server.listeners('request') as Handle[];
  const all = new WaitingRows();
  const rows = new WeakMap<Socket, WaitingRow>();
  const rowOf = (socket: Socket): WaitingRow => {
    const known = rows.get(socket);
    if (known !== undefined) return known;
    const row = new WaitingRow(all);
    rows.set(socket, row);
    socket.once('close', () => {
      row.end();
    });
    return row;
  };
  const handle: Handle = (request, response) => {
    for (const each of handlers) each.call(server, request, response);
  };
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Node.js gives a response its socket when all earlier ones of the connection are complete.
    if (response.socket !== null) handle(request, response);
    else waitIn(rowOf(request.socket), request, response, handle, refuse);
  });
}

function waitIn(
  row: WaitingRow,
  request: IncomingMessage,
  response: ServerResponse,
  handle: Handle,
  refuse: (response: ServerResponse) => void,
): void {
  if (row.isOver) return;
  const leave = row.enter(request);
  if (leave === null) {
    response.once('socket', () => {
      refuse(response);
    });
    readNoMore(request.socket);
    return;
  }
  response.once('socket', () => {
    leave();
    handle(request, response);
  });
}

/** What was received already is parsed to its end, and forgotten. */
function readNoMore(socket: ParsedSocket): void {
  socket.pause();
  if (socket.parser != null) socket.parser.onIncoming = () => 0;
}
