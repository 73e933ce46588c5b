import type { ConnectionRecord } from '#store';
import { secondsAfter } from './seconds.js';

/** What of a record says whether its token is good, and for how long. */
export type TokenStanding = Pick<
  ConnectionRecord,
  'badSince' | 'expiresAt' | 'verifiedAt' | 'fellShortUntil'
>;

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

/**
 * @param joined this caller waited for a question to Deskera already: that satisfies any age it asked for
 */
export function needOf(record: TokenStanding, wish: TokenWish, now: Date, joined: boolean): Need {
  if (!isUsable(record, now)) return { kind: 'refresh', wantedTtlSeconds: null };
  if (livesTooShort(record, wish, now)) return { kind: 'refresh', wantedTtlSeconds: wish.minTtlSeconds };
  if (!joined && verifiedTooLongAgo(record, wish, now)) return { kind: 'check' };
  return { kind: 'nothing' };
}

/** A question that was sent to Deskera since the caller came is as good as one sent for it. */
export function afterWaiting(wish: TokenWish, waitedSeconds: number): TokenWish {
  const { minTtlSeconds, maxVerifiedAgeSeconds: age } = wish;
  return { minTtlSeconds, maxVerifiedAgeSeconds: age === null ? null : age + waitedSeconds };
}

/** Not known to be bad, and not past a known expiry. */
export function isUsable(record: TokenStanding, now: Date): boolean {
  return record.badSince === null && (record.expiresAt === null || record.expiresAt > now);
}

function livesTooShort(record: TokenStanding, wish: TokenWish, now: Date): boolean {
  if (record.expiresAt === null || record.expiresAt >= secondsAfter(now, wish.minTtlSeconds)) return false;
  return record.fellShortUntil === null || record.fellShortUntil <= now;
}

function verifiedTooLongAgo(record: TokenStanding, wish: TokenWish, now: Date): boolean {
  if (wish.maxVerifiedAgeSeconds === null) return false;
  return record.verifiedAt === null || record.verifiedAt < secondsAfter(now, -wish.maxVerifiedAgeSeconds);
}
