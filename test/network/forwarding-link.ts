import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One connection through a link: to whoever opened it, and to the port behind. */
export interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** A network before a port of this machine that forwards. What goes wrong in it is its heirs' business. */
export abstract class ForwardingLink {
  protected readonly pairs = new Set<Pair>();
  readonly #server: Server;

  #target: number;

  /** @param target the port behind it, on this machine */
  protected constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => {
      this.#accept(near);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** New connections reach that port from now on; those that are open stay where they are. */
  leadTo(target: number): void {
    this.#target = target;
  }

  async close(): Promise<void> {
    for (const pair of this.pairs) breakBoth(pair);
    this.#server.close();
    await once(this.#server, 'close');
  }

  protected async listening(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** Whether new connections break at once. */
  protected abstract refuses(): boolean;
  /** A new connection forwards from now on. */
  protected abstract opened(pair: Pair): void;
  protected abstract closed(pair: Pair): void;

  #accept(near: Socket): void {
    near.on('error', ignore);
    if (this.refuses()) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1').on('error', ignore);
    const pair = { near, far };
    this.pairs.add(pair);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.once('close', () => {
        this.pairs.delete(pair);
        this.closed(pair);
        breakBoth(pair);
      });
    }
    near.on('data', (bytes) => far.write(bytes)).once('end', () => far.end());
    far.on('data', (bytes) => near.write(bytes)).once('end', () => near.end());
    this.opened(pair);
  }
}

export function holdBoth({ near, far }: Pair): void {
  near.pause();
  far.pause();
}

export function breakBoth({ near, far }: Pair): void {
  for (const socket of [near, far]) if (!socket.destroyed) socket.resetAndDestroy();
}

function ignore(): void {
  // A broken connection is what this is for: 'close' follows.
}
