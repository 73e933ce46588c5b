/** A time of the database, or its milliseconds since 1970: a hot read makes no object of it. */
type Moment = Date | number;

/** What of a record says whether its token is good, and for how long. */
export interface TokenStanding {
  readonly badSince: Moment | null;
  /** Null: unknown. */
  readonly expiresAt: Moment | null;
  readonly verifiedAt: Moment | null;
  readonly minTtlBackoffUntil: Moment | null;
}

/** What a caller wants of a token. */
export interface TokenWish {
  readonly minTtlSeconds: number;
  /** The last good word of Deskera may be this old; null: however old. */
  readonly maxVerifiedAgeSeconds: number | null;
}

/** What has to happen before a token can be handed out, if anything. */
export type Need =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'check' }
  /** `wantedTtlSeconds`: the token is good, but lives shorter than wanted; null: it is bad or expired. */
  | { readonly kind: 'refresh'; readonly wantedTtlSeconds: number | null };

const nothing: Need = { kind: 'nothing' };

/**
 * @param joined this caller waited for a question to Deskera already: that satisfies any age it asked for
 */
export function needOf(record: TokenStanding, wish: TokenWish, now: Moment, joined: boolean): Need {
  const at = millisecondsOf(now);
  if (!isUsable(record, at)) return { kind: 'refresh', wantedTtlSeconds: null };
  if (livesTooShort(record, wish, at)) return { kind: 'refresh', wantedTtlSeconds: wish.minTtlSeconds };
  if (!joined && verifiedTooLongAgo(record, wish, at)) return { kind: 'check' };
  return nothing;
}

/** A question that was sent to Deskera since the caller came is as good as one sent for it. */
export function afterWaiting(wish: TokenWish, waitedSeconds: number): TokenWish {
  const { minTtlSeconds, maxVerifiedAgeSeconds: age } = wish;
  return { minTtlSeconds, maxVerifiedAgeSeconds: age === null ? null : age + waitedSeconds };
}

/** Not known to be bad, and not past a known expiry. */
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

/** The database's time is known here to about so much: its answers take time. */
const toleranceMilliseconds = 1_000;

/** A stored time later than now was stored before the database's clock was set back: it proves nothing. */
export function isStillToCome(time: Moment | null, now: Moment): boolean {
  return time !== null && millisecondsOf(time) > millisecondsOf(now) + toleranceMilliseconds;
}

function millisecondsOf(moment: Moment): number {
  return typeof moment === 'number' ? moment : moment.getTime();
}
