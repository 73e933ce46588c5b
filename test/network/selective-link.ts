import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** A network between one broker and PostgreSQL that treats its connections differently: it forwards, but for some. */
export class SelectiveLink {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #held = new Set<Pair>();
  #word: string | null = null;

  private constructor(private readonly target: number) {
    this.#server = createServer((near) => {
      this.#accept(near);
    });
  }

  /** @param target the port behind it, on this machine */
  static async open(target: number): Promise<SelectiveLink> {
    const link = new SelectiveLink(target);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * What a firewall does that forgets its connections: nothing gets through the present ones any more and nobody is
   * told, while new ones work.
   */
  strand(): void {
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  /** From now on, whoever sends that word gets no answer on that connection; the server gets the question. */
  holdAnswersTo(word: string): void {
    this.#word = word;
  }

  /** Whether an answer is held back at this moment. */
  get holds(): boolean {
    return this.#held.size > 0;
  }

  /** What was held back gets through, and nothing is held back any more. */
  release(): void {
    this.#word = null;
    for (const { far } of this.#held) far.resume();
    this.#held.clear();
  }

  async close(): Promise<void> {
    for (const { near, far } of this.#pairs) breakBoth(near, far);
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    const pair = { near, far };
    this.#pairs.add(pair);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', ignore).once('close', () => {
        this.#pairs.delete(pair);
        this.#held.delete(pair);
        breakBoth(near, far);
      });
    }
    near.on('data', (bytes: Buffer) => {
      if (this.#word !== null && bytes.includes(this.#word)) {
        far.pause();
        this.#held.add(pair);
      }
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => near.write(bytes));
    near.once('end', () => far.end());
    far.once('end', () => near.end());
  }
}

function breakBoth(near: Socket, far: Socket): void {
  for (const socket of [near, far]) if (!socket.destroyed) socket.resetAndDestroy();
}

function ignore(): void {
  // A broken connection is what this is for: 'close' follows.
}
