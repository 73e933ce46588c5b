import { TokenBrokerError } from '../errors.js';
import type { DeskeraFetchTarget } from '../options.js';
import type { DeskeraToken, RejectionAnswer } from '../shapes.js';
import { readRequest, withToken, type DeskeraRequest, type FetchInput } from './deskera-request.js';
import { isPassing } from './patience.js';
import type { TokenSource } from './token-source.js';

/** Calls to Deskera with a token from the broker; where Deskera refuses it, a second one with a better token. */
export class DeskeraCalls {
  constructor(
    private readonly tokens: TokenSource,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  /** @throws TokenBrokerError; TypeError; what `fetch` throws */
  async send(
    tenantId: string,
    input: FetchInput,
    init: RequestInit | undefined,
    { org }: DeskeraFetchTarget,
  ): Promise<Response> {
    const request = readRequest(input, init);
    const token = await this.tokens.usable(tenantId, { org, signal: request.signal });
    const refused = await this.#call(request, token);
    if (refused.status !== 401) return refused;
    try {
      const better = await this.#report(tenantId, token, org, request);
      if (better === null || !request.repeatable || !isBetter(better, token)) return refused;
      const again = withToken(request, better);
      await discard(refused);
      return await this.fetch(...again);
    } catch (error) {
      await discard(refused);
      throw error;
    }
  }

  async #call(request: DeskeraRequest, token: DeskeraToken): Promise<Response> {
    return this.fetch(...withToken(request, token));
  }

  /** Null where the broker can't tell now: then Deskera's own answer is all that is known. */
  async #report(
    tenantId: string,
    token: DeskeraToken,
    org: string | undefined,
    { signal }: DeskeraRequest,
  ): Promise<RejectionAnswer | null> {
    try {
      // By the org that the token is for: the default may be another one by now.
      return await this.tokens.report(tenantId, token.fingerprint, { org: token.org.id ?? org, signal });
    } catch (error) {
      if (error instanceof TokenBrokerError && isPassing(error)) return null;
      throw error;
    }
  }
}

/** Another token for the same books. */
function isBetter(next: RejectionAnswer, token: DeskeraToken): boolean {
  return (
    next.outcome !== 'still_valid' &&
    next.fingerprint !== token.fingerprint &&
    next.connectionId === token.connectionId
  );
}

/** Frees the connection that an unread body holds. */
async function discard(response: Response): Promise<void> {
  // It may be spent already, or broken: then there is nothing to free.
  await response.body?.cancel().catch(() => undefined);
}
