import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

export interface Sent {
  readonly method: string;
  /** With its query, percent-encoded; sent as it is, with dots and all. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** HTTP without a client's own ideas: no redirects followed, no path made tidy. */
export class Wire {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(readonly url: string) {}

  async send({ method, path, headers = {}, body }: Sent): Promise<Received> {
    const { hostname, port } = new URL(this.url);
    const sent = request({
      hostname,
      port,
      method,
      path,
      headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
      agent: this.#agent,
      timeout: 30_000,
    });
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} was not answered`)));
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
  }

  close(): void {
    this.#agent.destroy();
  }
}
