import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** @param count how many requests of this path there were, this one included */
export type Handler = (request: SeenRequest, response: ServerResponse, count: number) => unknown;

/** An HTTP server on the loopback that answers as a test says. */
export class RawServer implements AsyncDisposable {
  readonly seen: SeenRequest[] = [];
  handler: Handler;
  readonly #server: Server;

  private constructor(handler: Handler) {
    this.handler = handler;
    this.#server = createServer((incoming, response) => {
      void text(incoming).then((body) => {
        const { method = '', url = '', headers } = incoming;
        const request = { method, path: url, headers, body };
        this.seen.push(request);
        this.handler(request, response, this.countOf(url));
      });
    });
  }

  static async start(handler: Handler, port = 0): Promise<RawServer> {
    const server = new RawServer(handler);
    server.#server.listen(port, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  countOf(path: string): number {
    return this.seen.filter((request) => request.path === path).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  {
    headers = {},
    ...members
  }: { headers?: Readonly<Record<string, string>>; [member: string]: unknown } = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify({ ...members, status, code, title: 'Title', detail: `Detail of ${code}` }));
}
