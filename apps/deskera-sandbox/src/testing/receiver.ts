import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  readonly type: string | undefined;
  readonly body: string;
}

/** An app's callback_uri: keeps what arrives and answers with `status`, or not at all where that is null. */
export class Receiver {
  readonly received: Received[] = [];
  status: number | null = 200;
  private readonly server = createServer((request, response) => {
    void this.keep(request).then(() => {
      if (this.status !== null) response.writeHead(this.status, { location: '/elsewhere' }).end('{}');
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/callback?kept=yes`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async keep(request: IncomingMessage): Promise<void> {
    const { searchParams } = new URL(request.url ?? '', 'http://receiver');
    const { method = '', headers } = request;
    const query = Object.fromEntries(searchParams);
    this.received.push({ method, query, type: headers['content-type'], body: await text(request) });
  }
}
