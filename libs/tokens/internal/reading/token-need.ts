/** A time by the database's clock, as a Date or in milliseconds since 1970: a hot read creates no object. */
type Moment = Date | number;

/** The columns that decide whether a token is good, and for how long. */
export interface TokenStanding {
  readonly badSince: Moment | null;
  /** Null if unknown. */
  readonly expiresAt: Moment | null;
  readonly verifiedAt: Moment | null;
  readonly minTtlBackoffUntil: Moment | null;
}

/** A caller's requirements on a token. */
export interface TokenWish {
  readonly minTtlSeconds: number;
  /** Maximum age of the last successful check; null for any age. */
  readonly maxVerifiedAgeSeconds: number | null;
}

/** The step that is needed before the token can be handed out. */
export type Need =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'check' }
  /** `wantedTtlSeconds`: the token is good but lives too short; null if it is bad or expired. */
  | { readonly kind: 'refresh'; readonly wantedTtlSeconds: number | null };

const nothing: Need = { kind: 'nothing' };

/** @param joined whether this caller has already waited for a check: that satisfies any requested age */
export function needOf(record: TokenStanding, wish: TokenWish, now: Moment, joined: boolean): Need {
  const at = millisecondsOf(now);
  if (!isUsable(record, at)) return { kind: 'refresh', wantedTtlSeconds: null };
  if (livesTooShort(record, wish, at)) return { kind: 'refresh', wantedTtlSeconds: wish.minTtlSeconds };
  if (!joined && verifiedTooLongAgo(record, wish, at)) return { kind: 'check' };
  return nothing;
}

/** A check that was sent after the caller arrived is as good as its own. */
export function afterWaiting(wish: TokenWish, waitedSeconds: number): TokenWish {
  const { minTtlSeconds, maxVerifiedAgeSeconds: age } = wish;
  return { minTtlSeconds, maxVerifiedAgeSeconds: age === null ? null : age + waitedSeconds };
}

/** Whether the token is not known to be bad and not past a known expiry. */
export function isUsable({ badSince, expiresAt }: TokenStanding, now: Moment): boolean {
  return badSince === null && (expiresAt === null || millisecondsOf(expiresAt) > millisecondsOf(now));
}

function livesTooShort(
  { expiresAt, minTtlBackoffUntil }: TokenStanding,
  { minTtlSeconds }: TokenWish,
  now: number,
): boolean {
  if (expiresAt === null || millisecondsOf(expiresAt) >= now + minTtlSeconds * 1_000) return false;
  return minTtlBackoffUntil === null || millisecondsOf(minTtlBackoffUntil) <= now;
}

function verifiedTooLongAgo(
  { verifiedAt }: TokenStanding,
  { maxVerifiedAgeSeconds }: TokenWish,
  now: number,
): boolean {
  if (maxVerifiedAgeSeconds === null) return false;
  if (isStillToCome(verifiedAt, now)) return true;
  return verifiedAt === null || millisecondsOf(verifiedAt) < now - maxVerifiedAgeSeconds * 1_000;
}

/** Accuracy of the database's time in this process, because its answers take time. */
const toleranceMilliseconds = 1_000;

/** A stored time in the future was stored before the database's clock was set back: it proves nothing. */
export function isStillToCome(time: Moment | null, now: Moment): boolean {
  return time !== null && millisecondsOf(time) > millisecondsOf(now) + toleranceMilliseconds;
}

function millisecondsOf(moment: Moment): number {
  return typeof moment === 'number' ? moment : moment.getTime();
}
