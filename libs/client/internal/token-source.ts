import type { ClientClock } from '../clock.js';
import type { CallOptions, DeskeraFetchTarget, GetTokenOptions } from '../options.js';
import type { DeskeraToken, RejectionAnswer } from '../shapes.js';
import type { BrokerCalls } from './broker-calls.js';
import { queryOf, tenantPath } from './broker-paths.js';
import { readRejection, readToken } from './read-shapes.js';
import { SharedCalls } from './shared-calls.js';
import { TokenMemory, type TokenRead } from './token-memory.js';

/** Where tokens come from: the broker, asked once for all who ask the same at the same time. */
export class TokenSource {
  readonly #reads = new SharedCalls<TokenRead>();
  readonly #reports = new SharedCalls<RejectionAnswer>();
  readonly #memory: TokenMemory;

  constructor(
    private readonly calls: BrokerCalls,
    cacheSeconds: number,
    clock: ClientClock,
  ) {
    this.#memory = new TokenMemory(cacheSeconds, clock);
  }

  /** Asks the broker. */
  async read(tenantId: string, options: GetTokenOptions): Promise<DeskeraToken> {
    const { org, minTtlSeconds, maxVerifiedAgeSeconds, signal } = options;
    const path = `${tenantPath(tenantId, 'deskera-token')}${queryOf({ org, minTtlSeconds, maxVerifiedAgeSeconds })}`;
    const { token } = await this.#reads.join(
      { tenantId, rest: [path] },
      async (shared) => {
        const { body, date, sentAt } = await this.calls.send(
          { method: 'GET', path, repeatable: true },
          shared.signal,
        );
        const read = { token: readToken(body, { tenantId, org }), date, sentAt };
        // One that was forgotten meanwhile may be older than what was reported.
        if (shared.isCurrent()) this.#memory.keep(org, read);
        return read;
      },
      signal,
    );
    return token;
  }

  /** The one that is kept, where one is; else asks the broker. */
  async usable(tenantId: string, target: DeskeraFetchTarget & CallOptions): Promise<DeskeraToken> {
    return this.#memory.find(tenantId, target.org) ?? this.read(tenantId, target);
  }

  /**
   * Tells the broker that Deskera refused a token, once for all who were refused the same. It may be told twice: Deskera
   * sees at most one check of it.
   */
  async report(
    tenantId: string,
    fingerprint: string,
    { org, signal }: DeskeraFetchTarget & CallOptions,
  ): Promise<RejectionAnswer> {
    this.forget(tenantId);
    const path = tenantPath(tenantId, 'deskera-token', 'rejections');
    return this.#reports.join(
      { tenantId, rest: [fingerprint, org] },
      async (shared) => {
        const body = { fingerprint, ...(org !== undefined && { org }) };
        try {
          const answer = await this.calls.send(
            { method: 'POST', path, body, repeatable: true },
            shared.signal,
          );
          return readRejection(answer.body, { tenantId, org });
        } finally {
          // A read that was answered before the report may have come in since.
          this.forget(tenantId);
        }
      },
      signal,
    );
  }

  /** Nothing that was read before is used from now on. */
  forget(tenantId: string): void {
    this.#memory.forget(tenantId);
    this.#reads.forget(tenantId);
  }
}
