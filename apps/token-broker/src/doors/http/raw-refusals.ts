import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { requestIdFrom } from '#observability';
import type { Failure } from '#kernel';
import { failureOfParser, standardFailure } from './failure-of.js';
import { overloaded } from './requests-under-way.js';
import { problemHeaders, problemOf } from './problem.js';

/** Node keeps the answer under way on the socket; its own handler of parser errors looks at it the same way. */
type AnsweringSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

interface RawRefusal {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Answers what Node's HTTP parser refused: there is no request and no reply, only a socket. */
export function refuseMalformed(
  error: NodeJS.ErrnoException,
  socket: AnsweringSocket,
  publicUrl: string,
): void {
  const answerBegan = socket._httpMessage?.headersSent === true;
  if (error.code === 'ECONNRESET' || !socket.writable || answerBegan) {
    socket.destroy();
    return;
  }
  refuse(socket, failureOfParser(error), publicUrl);
}

/** Answers CONNECT, which Node hands over as a bare socket: this is no proxy. */
export function refuseTunnel(socket: Duplex, publicUrl: string): void {
  refuse(socket, standardFailure('method_not_allowed'), publicUrl);
}

/** Answers the first request beyond what one connection may have waiting; the connection ends with it. */
export function refuseOverrun(response: ServerResponse, publicUrl: string): void {
  const { status, headers, body } = refusalOf(overloaded(), publicUrl);
  response.writeHead(status, headers).end(body);
}

function refuse(socket: Duplex, failure: Failure, publicUrl: string): void {
  const { status, headers, body } = refusalOf(failure, publicUrl);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = STATUS_CODES[status] ?? 'Error';
  socket.end(`HTTP/1.1 ${String(status)} ${reason}\r\n${lines.join('')}\r\n${body}`);
}

function refusalOf(failure: Failure, publicUrl: string): RawRefusal {
  const body = JSON.stringify(problemOf(failure, publicUrl));
  const headers = {
    ...problemHeaders(failure),
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestIdFrom(undefined),
    connection: 'close',
  };
  return { status: failure.status, headers, body };
}
