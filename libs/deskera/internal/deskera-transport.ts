import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '#kernel';
import { DeskeraOptions } from '../options.js';
import {
  ConnectedFirstHttpAgent,
  ConnectedFirstHttpsAgent,
  dropIdleSockets,
  originOf,
  type SocketUse,
} from './agents.js';
import { Connecting } from './connecting.js';
import type { SendProgress } from './send-progress.js';
import { SpareSockets } from './spare-sockets.js';

/** Node's own bound is 16 KB; gateways add cookies and policies of any length. Room for 64 KB and the usual headers. */
const greatestHeadBytes = 80 * 1_024;

/** What axios calls instead of `http` and `https`. */
export interface Transport {
  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest;
}

interface Agents {
  readonly http: ConnectedFirstHttpAgent;
  readonly https: ConnectedFirstHttpsAgent;
}

/** Our own way out to Deskera: its sockets, and the last look before a request is written. */
@Injectable()
export class DeskeraTransport implements OnApplicationShutdown {
  readonly #connecting: Connecting;
  readonly #spares: SpareSockets;
  readonly #kept: Agents;
  readonly #fresh: Agents;
  readonly #freeSince = new WeakMap<Duplex, number>();

  constructor(
    private readonly clock: Clock,
    options: DeskeraOptions,
  ) {
    this.#connecting = new Connecting(clock, options.timeoutSeconds * 1_000);
    this.#spares = new SpareSockets(clock);
    this.#kept = this.#agents('kept', null);
    this.#fresh = this.#agents('fresh', this.#spares);
    for (const agent of [this.#kept.http, this.#kept.https]) {
      agent.on('free', (socket: Duplex) => {
        this.#freeSince.set(socket, this.clock.monotonicMilliseconds());
      });
    }
  }

  /**
   * A transport for one request, which keeps its passage up to date.
   * @param repeatable only such a request may go over a socket that served another one before
   */
  transport(passage: SendProgress, repeatable: boolean): Transport {
    return {
      request: (options, onAnswer) => {
        const secure = options.protocol === 'https:';
        const agents = repeatable ? this.#kept : this.#fresh;
        const agent = secure ? agents.https : agents.http;
        dropIdleSockets(agent, this.#freeSince, this.clock.monotonicMilliseconds());
        const request = (secure ? https : http).request(
          { ...options, agent, maxHeaderSize: greatestHeadBytes },
          onAnswer,
        );
        // Node ends the connection of an unwanted upgrade and tells nobody: its slot would be held to the deadline.
        request.once('upgrade', (_answer, socket) => {
          socket.destroy();
          request.emit('error', new Error('an upgrade that nobody asked for'));
        });
        // Node writes what was buffered right after this event, in the same tick.
        return request.prependOnceListener('socket', (socket) => {
          if (!passage.pass(socket, request.reusedSocket))
            request.destroy(new Error('it may not be sent any more'));
        });
      },
    };
  }

  /** Connects a socket for a request that is about to come and can't be repeated. */
  connectAhead(url: URL): void {
    this.#spares.add(originOf(url.protocol, { hostname: url.hostname, port: url.port || null }));
  }

  onApplicationShutdown(): void {
    this.#connecting.close();
    this.#spares.close();
    for (const { http: plain, https: secured } of [this.#kept, this.#fresh]) {
      plain.destroy();
      secured.destroy();
    }
  }

  #agents(use: SocketUse, spares: SpareSockets | null): Agents {
    const making = { connecting: this.#connecting, use, spares };
    return { http: new ConnectedFirstHttpAgent(making), https: new ConnectedFirstHttpsAgent(making) };
  }
}
