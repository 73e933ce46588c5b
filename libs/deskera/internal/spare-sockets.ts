import type { Socket } from 'node:net';
import type { Clock } from '#kernel';
import type { ReadyEvent } from './connecting.js';

/** A server that gives up a connection on which no request came waits for longer. */
const longestSpareMilliseconds = 1_000;
/** API hosts are few. */
const mostOrigins = 100;

/** A socket that has carried nothing yet. */
export interface SpareSocket {
  readonly socket: Socket;
  readonly isReady: boolean;
}

/** Makes a socket that emits `readyEvent` once it is connected. */
export interface SocketMaker {
  readonly readyEvent: ReadyEvent;
  readonly connect: () => Socket;
}

/**
 * Sockets that are connected before their request exists. Each serves one request and is at most a second old then: it is as
 * fresh as a socket that is made for the request (ADR 0044), and the request does not wait for TCP and TLS.
 */
export class SpareSockets {
  readonly #makers = new Map<string, SocketMaker>();
  readonly #spares = new Map<string, Spare[]>();

  constructor(private readonly clock: Clock) {}

  /** Remembers how sockets to an origin are made. */
  learn(origin: string, maker: SocketMaker): void {
    if (this.#makers.size < mostOrigins || this.#makers.has(origin)) this.#makers.set(origin, maker);
  }

  /** Begins to connect a socket. Does nothing for an origin to which no request went yet. */
  add(origin: string): void {
    const maker = this.#makers.get(origin);
    if (maker === undefined) return;
    const spare = new Spare(maker, this.clock, () => {
      this.#remove(origin, spare);
    });
    this.#spares.set(origin, [...(this.#spares.get(origin) ?? []), spare]);
  }

  /** @returns the oldest spare socket to the origin, which is the caller's from now on; null: there is none */
  take(origin: string): SpareSocket | null {
    const spare = this.#spares.get(origin)?.[0];
    if (spare === undefined) return null;
    this.#remove(origin, spare);
    spare.handOver();
    return spare;
  }

  close(): void {
    for (const spare of [...this.#spares.values()].flat()) spare.socket.destroy();
  }

  #remove(origin: string, spare: Spare): void {
    const left = (this.#spares.get(origin) ?? []).filter((each) => each !== spare);
    if (left.length === 0) this.#spares.delete(origin);
    else this.#spares.set(origin, left);
  }
}

class Spare implements SpareSocket {
  readonly socket: Socket;
  isReady = false;
  readonly #cancelExpiry: () => void;
  readonly #ready = (): void => {
    this.isReady = true;
  };
  /** A spare socket that fails is nobody's failure: the request makes a socket of its own. */
  readonly #discard = (): void => {
    this.#cancelExpiry();
    this.socket.destroy();
    this.gone();
  };

  constructor(
    private readonly maker: SocketMaker,
    clock: Clock,
    private readonly gone: () => void,
  ) {
    this.socket = maker.connect();
    this.#cancelExpiry = clock.after(longestSpareMilliseconds, this.#discard);
    this.socket.once(maker.readyEvent, this.#ready).on('error', this.#discard);
    this.socket.once('end', this.#discard).once('close', this.#discard);
  }

  /** From now on the socket's events are its new owner's. */
  handOver(): void {
    this.#cancelExpiry();
    this.socket.off(this.maker.readyEvent, this.#ready).off('error', this.#discard);
    this.socket.off('end', this.#discard).off('close', this.#discard);
  }
}
