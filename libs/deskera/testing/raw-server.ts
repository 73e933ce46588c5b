import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

type Answer = (socket: Socket, request: string) => void;

interface RawServerOptions {
  /** PEM; with it the server speaks TLS. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Done to every connection before a byte of it is read. */
  readonly greet?: (socket: Socket) => void;
}

/** A TCP server that answers whole HTTP requests with whatever bytes a test wants, or with none. */
export class RawServer {
  /** Every whole request, in order. */
  readonly requests: string[] = [];
  /** All bytes that came, also those of requests that are not whole. */
  bytes = 0;
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: net.Server;
  readonly #answers: Answer[] = [];
  #waiting: (() => void)[] = [];

  private constructor(
    private readonly always: Answer,
    private readonly options: RawServerOptions,
  ) {
    const serve = (socket: Socket): void => {
      this.#serve(socket);
    };
    const { certificate } = options;
    this.#server = certificate === undefined ? net.createServer(serve) : tls.createServer(certificate, serve);
  }

  static async start(always: Answer = () => undefined, options: RawServerOptions = {}): Promise<RawServer> {
    const server = new RawServer(always, options);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.options.certificate === undefined ? 'http' : 'https'}://127.0.0.1:${String(this.port)}`;
  }

  /** The next request is answered so, and not as always. */
  answerNext(answer: Answer): void {
    this.#answers.push(answer);
  }

  /** Resolves when something has happened here and the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Ends every connection that is open now. Resolves when both sides are closed. */
  async endConnections(): Promise<void> {
    const ended = [...this.#sockets].map((socket) => {
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.end();
      return closed;
    });
    await Promise.all(ended);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    this.options.greet?.(socket);
    socket.on('data', (data) => {
      this.bytes += data.length;
      text += data.toString('latin1');
      if (isWhole(text)) {
        this.requests.push(text);
        (this.#answers.shift() ?? this.always)(socket, text);
        text = '';
      }
      this.#wake();
    });
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** An answer with its length, over a connection that stays open. */
export function httpAnswer(status: number, body = '', headers: readonly string[] = []): string {
  const length = `content-length: ${String(Buffer.byteLength(body))}`;
  return [`HTTP/1.1 ${String(status)} Whatever`, length, ...headers, '', body].join('\r\n');
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
  return end >= 0 && text.length >= end + 4 + length;
}
