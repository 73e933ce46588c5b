import type { JwtClaims } from './jwt-claims.js';

type Times = Pick<JwtClaims, 'issuedAt' | 'expiresAt'>;

/** How much longer a token lives when Deskera hands it over. */
export interface RemainingLife {
  /** Whole seconds from the answer on; null where unknown. */
  readonly seconds: number | null;
  /**
   * The token expired before the answer was written. Either the token is dead, or the clock that wrote `exp` is behind the
   * clock that wrote `Date`: only Deskera can tell. `seconds` is then the life of a fresh token.
   */
  readonly isPast: boolean;
}

const longestLifeSeconds = 400 * 86_400;
/** `iat` and `Date` have no fractions, and an answer takes its time. */
const freshSeconds = 2;

/**
 * `exp` − `iat`, both of one clock; without `iat` counted from a time that is known otherwise.
 * @returns whole seconds; null where unknown, and where it is not above 0 or is more than 400 days
 */
export function lifeSeconds({ issuedAt, expiresAt }: Times, startedAt: Date | null): number | null {
  const from = issuedAt ?? (startedAt === null ? null : startedAt.getTime() / 1_000);
  if (from === null || expiresAt === null) return null;
  const life = Math.floor(expiresAt - from);
  return life > 0 && life <= longestLifeSeconds ? life : null;
}

/**
 * The smaller of `exp` − `iat` and `exp` − the answer's time, for Deskera may hand out a token that it issued earlier.
 * Neither reads our own clock as long as the answer has a usable `Date`. Where `exp` and the answer are more than 400 days
 * apart, one of them is wrong, and only `exp` − `iat` counts.
 * @param answeredAt by Deskera's clock
 */
export function remainingLife(times: Times, answeredAt: Date): RemainingLife {
  const sinceIssue = times.issuedAt === null ? null : lifeSeconds(times, null);
  if (times.expiresAt === null) return { seconds: null, isPast: false };
  const left = times.expiresAt - answeredAt.getTime() / 1_000;
  if (Math.abs(left) > longestLifeSeconds) return { seconds: sinceIssue, isPast: false };
  if (left < 1) return { seconds: sinceIssue, isPast: true };
  const isFresh = sinceIssue !== null && sinceIssue - left <= freshSeconds;
  return { seconds: isFresh ? sinceIssue : Math.floor(left), isPast: false };
}
