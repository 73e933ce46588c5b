import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { platform } from 'node:process';

/** `refused`: nobody listens. `reset`: connections break once a request came. `errors`: 503 to everything. `silent`: no answer ever comes. */
export type Outage = 'refused' | 'reset' | 'errors' | 'silent';

export interface CallsSeen {
  calls: number;
  inFlight: number;
  mostInFlight: number;
}

const anonymous = 'anonymous';
/**
 * An address that nothing else here listens on: while nobody listens, another test that looks for a free port must not be
 * given this one. Only Linux has all of 127.0.0.0/8.
 */
const host = platform === 'linux' ? '127.0.0.2' : '127.0.0.1';

/**
 * Stands before Deskera and counts what each replica has in flight there: replicas name themselves in
 * `x-sandbox-caller`. A call that its caller gave up is over.
 */
export class DeskeraFront {
  readonly callers = new Map<string, CallsSeen>();
  readonly #server: Server;
  #outage: Outage | null = null;
  /** Stays the same when nobody listens for a while. */
  #port = 0;

  private constructor(private readonly target: URL) {
    this.#server = createServer((question, answer) => {
      this.#count(question, answer);
      this.#answer(question, answer);
    });
  }

  static async open(deskeraUrl: string): Promise<DeskeraFront> {
    const front = new DeskeraFront(new URL(deskeraUrl));
    await front.#listen(0);
    return front;
  }

  /** Null: Deskera is there. */
  async be(outage: Outage | null): Promise<void> {
    this.#outage = outage;
    if (outage === 'refused') await this.close();
    else if (!this.#server.listening) await this.#listen(this.#port);
  }

  get url(): string {
    return `http://${host}:${String(this.#port)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #count(question: IncomingMessage, answer: ServerResponse): void {
    const name = String(question.headers['x-sandbox-caller'] ?? anonymous);
    const seen = this.callers.get(name) ?? { calls: 0, inFlight: 0, mostInFlight: 0 };
    this.callers.set(name, seen);
    seen.calls += 1;
    seen.inFlight += 1;
    seen.mostInFlight = Math.max(seen.mostInFlight, seen.inFlight);
    answer.once('close', () => {
      seen.inFlight -= 1;
    });
  }

  #answer(question: IncomingMessage, answer: ServerResponse): void {
    switch (this.#outage) {
      case 'refused':
      case 'reset':
        question.socket.resetAndDestroy();
        return;
      case 'errors':
        answer.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Service Unavailable</h1>');
        return;
      case 'silent':
        return;
      case null:
        this.#passOn(question, answer);
    }
  }

  #passOn(question: IncomingMessage, answer: ServerResponse): void {
    const { method, url: path, headers } = question;
    const { hostname, port } = this.target;
    const onward = request({ hostname, port, method, path, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.once('close', () => onward.destroy());
    question.pipe(onward);
  }
}
