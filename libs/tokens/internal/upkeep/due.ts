import type { ConnectionRecord } from '#connections';
import type { TokensOptions } from '../../options.js';
import { isStillToCome } from '../reading/token-need.js';

type GrantFacts = Pick<
  ConnectionRecord,
  'issuedAt' | 'expiresAt' | 'tokenLifeSeconds' | 'refreshTokenExpiresAt' | 'badSince'
>;

/** How long the credentials are kept of a connection that needs a reconnect: a later good answer revives it. */
export const keepCredentialsSeconds = 7 * 24 * 3_600;

/**
 * When a connection is tried again after the verdict: a wrong verdict is corrected without a person. These are few
 * times, so that a dead connection costs Deskera almost nothing.
 */
const lookAgainSeconds = [600, 3_600, 6 * 3_600, 24 * 3_600] as const;

/** A row is never due again at the same time. */
const soonestSeconds = 1;

/**
 * When the connection has to be refreshed: before the known expiry of the token, before that of the refresh token,
 * and regularly, so that the refresh token does not expire while checks succeed. Null if there is no reason.
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
 * When a connected connection is due after a successful answer. `notBefore` delays only the refresh; the token is
 * still checked.
 * @param random number in [0, 1), which spreads checks by ± 10 %
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
 * When a check without an answer is retried: at once for a bad or expired token, otherwise spread over a check
 * interval, but not after the expiry.
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

/** The next try of a connection that needs a reconnect; the last one erases its credentials. */
export function lookAgainAt(
  { reason, statusSince }: Pick<ConnectionRecord, 'reason' | 'statusSince'>,
  now: Date,
): Date {
  const looks = reason === 'grant_revoked' ? lookAgainSeconds : [];
  const age = secondsBetween(statusSince, now);
  return secondsAfter(statusSince, looks.find((seconds) => seconds > age) ?? keepCredentialsSeconds);
}

/**
 * When a row is claimed again that cannot be worked on now, because of another process's open attempt or because
 * nothing is to do.
 */
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

/** A back-off lasts up to an hour, or two after two calls. */
const longestBackOffSeconds = 2 * 3_600;

/** Maximum time for which upkeep of a connected connection is put off. */
export function longestPutOffSeconds({ checkIntervalSeconds }: TokensOptions): number {
  return Math.max(checkIntervalSeconds * 1.1, longestBackOffSeconds) + 60;
}

export type UpkeepStep = 'refresh' | 'check' | 'expire_activation' | 'erase_credentials' | 'nothing';

/** The step of a sweep for a due connection. */
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

/** Whether the time has come. */
function isLookedAtAgain({ reason, nextDueAt: due }: ConnectionRecord, now: Date): boolean {
  return reason === 'grant_revoked' && due !== null && due <= now;
}

/** A grant with a time in the future was stored before the clock was set back: its age is unknown. */
export function refreshDueNow(grant: GrantFacts, options: TokensOptions, now: Date): Date | null {
  return isStillToCome(grant.issuedAt, now) ? now : refreshDueAt(grant, options);
}

/** Whether a due refresh has to wait and the token is not known to be bad. */
function onlyChecked({ notBefore, badSince }: ConnectionRecord, now: Date): boolean {
  return badSince === null && isHeldBack({ notBefore }, now);
}

function isHeldBack({ notBefore }: Pick<ConnectionRecord, 'notBefore'>, now: Date): boolean {
  return notBefore !== null && notBefore > now;
}

export function secondsAfter(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1_000);
}

/** Seconds from one time to another; negative if the second is earlier. */
export function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}

function earliest(...times: (Date | null)[]): Date | null {
  return times.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

export function latest(time: Date, ...others: (Date | null)[]): Date {
  return others.reduce<Date>((a, b) => (b !== null && b > a ? b : a), time);
}
