import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * `reset`: all connections break at both ends, and new ones are refused. `half_open`: nothing gets through any more, and
 * nobody is told. `stall`: the same, but what was held back gets through in the end.
 */
export type Cut = 'half_open' | 'stall' | 'reset';

/** The network between one broker and PostgreSQL: it forwards, until it is cut. */
export class CuttableLink {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #cut: Cut | null = null;

  private constructor(private readonly target: number) {
    this.#server = createServer((near) => {
      this.#accept(near);
    });
  }

  /** @param target the port behind it, on this machine */
  static async open(target: number): Promise<CuttableLink> {
    const link = new CuttableLink(target);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(how: Cut): void {
    this.#cut = how;
    for (const [near, far] of this.#pairs) {
      if (how === 'reset') breakBoth(near, far);
      else {
        near.pause();
        far.pause();
      }
    }
  }

  mend(): void {
    const how = this.#cut;
    this.#cut = null;
    for (const [near, far] of this.#pairs) {
      if (how === 'half_open') breakBoth(near, far);
      else {
        near.resume();
        far.resume();
      }
    }
  }

  async close(): Promise<void> {
    for (const [near, far] of this.#pairs) breakBoth(near, far);
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    near.on('error', ignore);
    if (this.#cut === 'reset') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.target, '127.0.0.1').on('error', ignore);
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.once('close', () => {
        this.#pairs.delete(pair);
        breakBoth(near, far);
      });
    }
    near.on('data', (bytes) => far.write(bytes)).once('end', () => far.end());
    far.on('data', (bytes) => near.write(bytes)).once('end', () => near.end());
    if (this.#cut !== null) {
      near.pause();
      far.pause();
    }
  }
}

function breakBoth(near: Socket, far: Socket): void {
  for (const socket of [near, far]) if (!socket.destroyed) socket.resetAndDestroy();
}

function ignore(): void {
  // A broken connection is what this is for: 'close' follows.
}
