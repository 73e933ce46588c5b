import type { ClientClock } from '../clock.js';
import type { DeskeraToken } from '../shapes.js';

/** A token, and what is known of the answer that brought it. */
export interface TokenRead {
  readonly token: DeskeraToken;
  /** The answer's `Date`, the broker's clock. */
  readonly date: Date | null;
  /** Monotonic milliseconds. */
  readonly sentAt: number;
}

interface KeptToken {
  readonly tenantId: string;
  readonly token: DeskeraToken;
  readonly until: number;
}

/** As much life as the broker's answer has left by default: less is not worth using. */
const leastLifeMilliseconds = 30_000;
const mostTokens = 1_000;

/**
 * Until when a read may be used again, in monotonic milliseconds; 0: not at all. Counted from before it was asked
 * for, and the life that is left on the broker's clock alone: this machine's may be wrong.
 */
export function usableUntil({ token, date, sentAt }: TokenRead, cacheSeconds: number): number {
  // What the broker did not get may be there at the next question.
  if (token.degraded !== null) return 0;
  const until = sentAt + cacheSeconds * 1_000;
  if (token.expiresAt === null) return until;
  if (date === null) return 0;
  return Math.min(until, sentAt + Date.parse(token.expiresAt) - date.getTime() - leastLifeMilliseconds);
}

/** The tokens that `fetch` may use again, for `cacheSeconds`; the oldest goes where there are too many. */
export class TokenMemory {
  readonly #kept = new Map<string, KeptToken>();

  constructor(
    private readonly cacheSeconds: number,
    private readonly clock: ClientClock,
  ) {}

  find(tenantId: string, org: string | undefined): DeskeraToken | null {
    const kept = this.#kept.get(nameOf(tenantId, org));
    return kept !== undefined && this.clock.monotonicMilliseconds() < kept.until ? kept.token : null;
  }

  keep(org: string | undefined, read: TokenRead): void {
    if (this.cacheSeconds === 0) return;
    const until = usableUntil(read, this.cacheSeconds);
    if (until <= this.clock.monotonicMilliseconds()) return;
    const { tenantId } = read.token;
    this.#kept.delete(nameOf(tenantId, org));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= mostTokens && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(nameOf(tenantId, org), { tenantId, token: read.token, until });
  }

  /** Under all names of its orgs: the same token may be known by several. */
  forget(tenantId: string): void {
    for (const [name, kept] of this.#kept) {
      if (kept.tenantId === tenantId) this.#kept.delete(name);
    }
  }
}

function nameOf(tenantId: string, org: string | undefined): string {
  return JSON.stringify([tenantId, org]);
}
