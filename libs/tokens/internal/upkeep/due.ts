import type { ConnectionRecord } from '#connections';
import type { TokensOptions } from '../../options.js';
import { isStillToCome } from '../reading/token-need.js';

type GrantFacts = Pick<
  ConnectionRecord,
  'issuedAt' | 'expiresAt' | 'tokenLifeSeconds' | 'refreshTokenExpiresAt' | 'badSince'
>;

/** How long the credentials of a connection that must be reconnected are kept: a late good answer revives it. */
export const keepCredentialsSeconds = 7 * 24 * 3_600;

/**
 * When a connection whose refresh was refused is looked at again, from its verdict on: one that was wrong ends without a
 * person. It is so few times that a dead one costs Deskera next to nothing.
 */
const lookAgainSeconds = [600, 3_600, 6 * 3_600, 24 * 3_600] as const;

/** A row is never due again in the very same moment. */
const soonestSeconds = 1;

/**
 * When the refresh token has to be traded: before the token's known expiry, before the refresh token's own, and once
 * in a while, so that it does not die of age while checks are green. Null: no reason is known.
 */
export function refreshDueAt(grant: GrantFacts, options: TokensOptions): Date | null {
  if (grant.badSince !== null) return grant.badSince;
  const { issuedAt, expiresAt, refreshTokenExpiresAt } = grant;
  if (issuedAt === null) return null;
  const life = grant.tokenLifeSeconds ?? Infinity;
  const margin = Math.min(options.refreshMarginSeconds, life * 0.75);
  const refreshLife = refreshTokenExpiresAt === null ? null : secondsBetween(issuedAt, refreshTokenExpiresAt);
  return earliest(
    expiresAt === null ? null : secondsAfter(expiresAt, -margin),
    refreshLife === null ? null : secondsAfter(issuedAt, refreshLife * 0.75),
    secondsAfter(issuedAt, options.refreshAtLeastEverySeconds),
  );
}

/**
 * When a sweep has to look at a connected connection again after Deskera answered well. `notBefore` holds back the refresh
 * alone: the token is checked all the same.
 * @param random from [0, 1): checks are spread by ± 10 %
 */
export function nextDueAt(
  grant: GrantFacts & { readonly notBefore: Date | null },
  options: TokensOptions,
  now: Date,
  random: number,
): Date {
  const check = secondsAfter(now, options.checkIntervalSeconds * (0.9 + random / 5));
  const refresh = refreshDueNow(grant, options, now);
  const due = earliest(check, refresh === null ? null : latest(refresh, grant.notBefore)) ?? check;
  return latest(due, secondsAfter(now, soonestSeconds));
}

/**
 * When a sweep has to try again what could not be asked: at once for a token that is bad or expired, the rest spread over
 * a check interval, but not past the expiry.
 */
export function nextTryAt(
  grant: Pick<GrantFacts, 'badSince' | 'expiresAt'> & { readonly notBefore: Date | null },
  options: TokensOptions,
  now: Date,
  random: number,
): Date {
  const urgent = grant.badSince !== null || (grant.expiresAt !== null && grant.expiresAt <= now);
  const soon = secondsAfter(now, 2 + random * 4);
  const spread = secondsAfter(now, 2 + random * options.checkIntervalSeconds);
  const due = urgent ? soon : (earliest(spread, grant.expiresAt) ?? spread);
  return latest(due, secondsAfter(now, soonestSeconds), grant.notBefore);
}

/** The next look at a connection that must be reconnected; the last one erases its credentials. */
export function lookAgainAt(
  { reason, statusSince }: Pick<ConnectionRecord, 'reason' | 'statusSince'>,
  now: Date,
): Date {
  const looks = reason === 'grant_revoked' ? lookAgainSeconds : [];
  const age = secondsBetween(statusSince, now);
  return secondsAfter(statusSince, looks.find((seconds) => seconds > age) ?? keepCredentialsSeconds);
}

/** When a sweep looks again at what can't be worked on now: somebody else's open attempt, or nothing to do. */
export function postponedUntil(
  record: ConnectionRecord,
  options: TokensOptions,
  now: Date,
  random: number,
): Date {
  return record.status === 'reconnect_required' && !record.attemptOpen
    ? lookAgainAt(record, now)
    : nextTryAt(record, options, now, random);
}

/** A back-off lasts up to an hour, twice as long where two calls were made. */
const longestBackOffSeconds = 2 * 3_600;

/** For how long upkeep of a connected connection is put off at most. */
export function longestPutOffSeconds({ checkIntervalSeconds }: TokensOptions): number {
  return Math.max(checkIntervalSeconds * 1.1, longestBackOffSeconds) + 60;
}

export type UpkeepStep = 'refresh' | 'check' | 'expire_activation' | 'erase_credentials' | 'nothing';

/** What a sweep does with a connection that is due. */
export function upkeepStep(record: ConnectionRecord, options: TokensOptions, now: Date): UpkeepStep {
  switch (record.status) {
    case 'disconnected':
      return 'nothing';
    case 'awaiting_activation':
      return 'expire_activation';
    case 'reconnect_required':
      if (secondsBetween(record.statusSince, now) >= keepCredentialsSeconds) return 'erase_credentials';
      // The answer to its last sending is not known: it may revive the connection.
      if (record.attemptOpen) return isHeldBack(record, now) ? 'nothing' : 'refresh';
      return isLookedAtAgain(record, now) ? 'refresh' : 'nothing';
    case 'connected': {
      const refresh = refreshDueNow(record, options, now);
      return refresh !== null && refresh <= now && !onlyChecked(record, now) ? 'refresh' : 'check';
    }
  }
}

/** Its time has come. */
function isLookedAtAgain({ reason, nextDueAt: due }: ConnectionRecord, now: Date): boolean {
  return reason === 'grant_revoked' && due !== null && due <= now;
}

/** A grant of a time that is still to come was stored before the clock was set back: how old it is nobody knows. */
export function refreshDueNow(grant: GrantFacts, options: TokensOptions, now: Date): Date | null {
  return isStillToCome(grant.issuedAt, now) ? now : refreshDueAt(grant, options);
}

/** A refresh that is due has to wait still, and the token is not known to be bad. */
function onlyChecked({ notBefore, badSince }: ConnectionRecord, now: Date): boolean {
  return badSince === null && isHeldBack({ notBefore }, now);
}

function isHeldBack({ notBefore }: Pick<ConnectionRecord, 'notBefore'>, now: Date): boolean {
  return notBefore !== null && notBefore > now;
}

export function secondsAfter(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1_000);
}

/** Seconds from one time to a later one; negative where it is earlier. */
export function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}

function earliest(...times: (Date | null)[]): Date | null {
  return times.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

export function latest(time: Date, ...others: (Date | null)[]): Date {
  return others.reduce<Date>((a, b) => (b !== null && b > a ? b : a), time);
}
