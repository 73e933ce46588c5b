import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '#kernel';

/** A socket's event that says that it is connected: over TLS, that its TLS is agreed. */
export type ReadyEvent = 'connect' | 'secureConnect';

export type HandOver = (error: Error | null, socket: Duplex) => void;

/**
 * Sockets on their way to being connected. A request gets its socket only then: until that moment not a byte of it
 * exists outside, and a last look can be taken in the very tick in which it is written.
 */
export class Connecting {
  readonly #sockets = new Set<Socket>();

  constructor(
    private readonly clock: Clock,
    private readonly longestMilliseconds: number,
  ) {}

  /** Calls back once: when `readyEvent` came, or with the error that came instead. */
  handOver(socket: Socket, readyEvent: ReadyEvent, callback: HandOver): void {
    const cancel = this.clock.after(this.longestMilliseconds, () => {
      socket.destroy(failure('ETIMEDOUT'));
    });
    const settle = (error: Error | null): void => {
      cancel();
      this.#sockets.delete(socket);
      socket.off(readyEvent, ready).off('error', settle).off('close', closed);
      callback(error, socket);
    };
    const ready = (): void => {
      settle(null);
    };
    const closed = (): void => {
      settle(failure('ECONNRESET'));
    };
    this.#sockets.add(socket);
    socket.once(readyEvent, ready).once('error', settle).once('close', closed);
  }

  /** Ends those that are under way. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function failure(code: string): Error {
  return Object.assign(new Error('the connection could not be made'), { code });
}
