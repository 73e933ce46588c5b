import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceivedWebhook {
  readonly id: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** `hang`: no answer at all; `drop`: the connection is closed in place of one. */
export type Reply =
  number | 'hang' | 'drop' | { readonly status: number; readonly headers: Record<string, string> };

/** An endpoint of the spec's own on this machine, which keeps all that it is sent. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Calls under way now, and at most. */
  open = 0;
  mostOpen = 0;
  /** Connections that were made, over all. */
  connections = 0;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    public reply: (webhook: ReceivedWebhook) => Reply,
  ) {}

  static async start(reply: (webhook: ReceivedWebhook) => Reply = () => 204): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server, reply);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void receiver.#take(request, response);
    });
    server.on('connection', () => (receiver.connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}/in`;
  }

  /** Those that were answered with a 2xx, by the event's id, each once. */
  accepted(): ReadonlySet<string> {
    return new Set(this.received.filter((each) => this.#accepted.has(each)).map(({ id }) => id));
  }

  /** @throws where it was not signed with this secret, as the receivers' own package sees it */
  static verify({ body, headers }: ReceivedWebhook, secret: string): void {
    new Webhook(secret).verify(body, headers);
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close').catch(() => undefined);
  }

  readonly #accepted = new Set<ReceivedWebhook>();

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    response.on('close', () => {
      this.open -= 1;
    });
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts).toString('utf8');
    const headers = request.headers as Record<string, string>;
    const webhook: ReceivedWebhook = {
      id: headers['webhook-id'] ?? '',
      path: request.url ?? '',
      headers,
      body,
      event: JSON.parse(body) as ReceivedWebhook['event'],
    };
    const reply = this.reply(webhook);
    this.received.push(webhook);
    if (reply === 'hang') return;
    if (reply === 'drop') {
      request.socket.destroy();
      return;
    }
    const { status, headers: own } = typeof reply === 'number' ? { status: reply, headers: {} } : reply;
    if (status >= 200 && status < 300) this.#accepted.add(webhook);
    response.writeHead(status, own).end();
  }
}
