import type { Surroundings } from './clock.js';
import { BrokerCalls } from './internal/broker-calls.js';
import { tenantPath } from './internal/broker-paths.js';
import { DeskeraCalls } from './internal/deskera-calls.js';
import { readConnections, readConnectSession, readConnectSessionStanding } from './internal/read-shapes.js';
import { readOptions } from './internal/settings.js';
import { systemSurroundings } from './internal/system-surroundings.js';
import { TokenSource } from './internal/token-source.js';
import type {
  CallOptions,
  ConnectSessionOptions,
  DeskeraFetchTarget,
  GetTokenOptions,
  TokenBrokerOptions,
} from './options.js';
import type {
  ConnectSession,
  ConnectSessionStanding,
  Connection,
  DeskeraToken,
  RejectionAnswer,
} from './shapes.js';

/**
 * The token broker as a service of the platform sees it. Make one and keep it: callers share requests through it.
 *
 * Every method throws `TokenBrokerError` where the broker brings no result, and the signal's reason where the caller
 * leaves. Reads, reports and `setDefaultOrg` are repeated for `maxWaitSeconds`; what would do more when it is
 * done twice is sent once.
 */
export class TokenBrokerClient {
  readonly #calls: BrokerCalls;
  readonly #tokens: TokenSource;
  readonly #deskera: DeskeraCalls;

  /** @throws TypeError, RangeError where an option is wrong */
  constructor(options: TokenBrokerOptions, surroundings: Surroundings = systemSurroundings) {
    const settings = readOptions(options);
    this.#calls = new BrokerCalls(settings, surroundings);
    this.#tokens = new TokenSource(this.#calls, settings.cacheSeconds, surroundings.clock);
    this.#deskera = new DeskeraCalls(this.#tokens, settings.fetch);
  }

  /** A token that is valid now. Asks the broker each time, once for all who ask the same at the same time. */
  async getToken(tenantId: string, options: GetTokenOptions = {}): Promise<DeskeraToken> {
    return this.#tokens.read(tenantId, options);
  }

  /**
   * Calls Deskera's API with the tenant's token in `x-access-token`.
   *
   * `url` is a path below the token's `apiUrl`, or an address on its origin: the token goes nowhere else, and redirects
   * are handed back, not followed. Where Deskera answers 401, the token is reported, and the call is sent once more
   * with the better one that comes back; a body that is a stream can't be sent again: then the 401 is the result, as it is
   * where the token turns out to be good, or the broker can't tell now. The call to Deskera has no time limit of its own: `init.signal` sets one.
   * @throws TypeError for an address elsewhere, and what `fetch` throws
   */
  async fetch(
    tenantId: string,
    url: string | URL | Request,
    init?: RequestInit,
    target: DeskeraFetchTarget = {},
  ): Promise<Response> {
    return this.#deskera.send(tenantId, url, init, target);
  }

  /** Tells the broker that Deskera answered 401 to a token. `fetch` does this by itself. */
  async reportRejection(
    tenantId: string,
    fingerprint: string,
    options: DeskeraFetchTarget & CallOptions = {},
  ): Promise<RejectionAnswer> {
    return this.#tokens.report(tenantId, fingerprint, options);
  }

  /** Starts a connect: send the person to `connectUrl`. */
  async createConnectSession(
    tenantId: string,
    { signal, ...wishes }: ConnectSessionOptions = {},
  ): Promise<ConnectSession> {
    const path = tenantPath(tenantId, 'connect-sessions');
    const { body } = await this.#calls.send(
      { method: 'POST', path, body: wishes, repeatable: false },
      signal,
    );
    return readConnectSession(body);
  }

  /** What became of a connect session. */
  async connectSession(
    tenantId: string,
    sessionId: string,
    { signal }: CallOptions = {},
  ): Promise<ConnectSessionStanding> {
    const path = tenantPath(tenantId, 'connect-sessions', sessionId);
    const { body } = await this.#calls.send({ method: 'GET', path, repeatable: true }, signal);
    return readConnectSessionStanding(body);
  }

  /** Lets a connection be served that was begun with `activation: 'confirm'`. */
  async confirmConnectSession(
    tenantId: string,
    sessionId: string,
    { signal }: CallOptions = {},
  ): Promise<ConnectSessionStanding> {
    const path = tenantPath(tenantId, 'connect-sessions', sessionId, 'confirm');
    const { body } = await this.#changing(tenantId, { method: 'POST', path, repeatable: false }, signal);
    return readConnectSessionStanding(body);
  }

  /** The tenant's connections; none of them with a token. */
  async connections(tenantId: string, { signal }: CallOptions = {}): Promise<readonly Connection[]> {
    const path = tenantPath(tenantId, 'connections');
    const { body } = await this.#calls.send({ method: 'GET', path, repeatable: true }, signal);
    return readConnections(body);
  }

  /** The org that is meant where a call names none. */
  async setDefaultOrg(tenantId: string, org: string, { signal }: CallOptions = {}): Promise<void> {
    const path = tenantPath(tenantId, 'default-org');
    await this.#changing(tenantId, { method: 'PUT', path, body: { org }, repeatable: true }, signal);
  }

  /**
   * Erases a connection's credentials. Deskera has no revocation call: a token that was handed out lives on there until it
   * expires. A second time it is `connection_not_found`.
   */
  async disconnect(tenantId: string, connectionId: string, { signal }: CallOptions = {}): Promise<void> {
    const path = tenantPath(tenantId, 'connections', connectionId);
    await this.#changing(tenantId, { method: 'DELETE', path, repeatable: false }, signal);
  }

  /** Once it is answered, whatever way, nothing that was read before is used. */
  async #changing(
    ...[tenantId, ...call]: [string, ...Parameters<BrokerCalls['send']>]
  ): ReturnType<BrokerCalls['send']> {
    try {
      return await this.#calls.send(...call);
    } finally {
      this.#tokens.forget(tenantId);
    }
  }
}
