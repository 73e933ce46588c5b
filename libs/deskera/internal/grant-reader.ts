import type { Secret } from '#kernel';
import type { DeskeraGrant } from '../grant.js';
import { membersLike, membersNamed, objectsIn } from './answer-members.js';
import { emailIn, readClaims } from './jwt-claims.js';
import { remainingLife } from './token-life.js';
import { isAbsent, refreshTokenIn, tokenIn } from './token-text.js';
import { readableText } from './untrusted.js';

export interface GrantContext {
  /** By Deskera's clock. */
  readonly answeredAt: Date;
  /** What a refresh sent; null for an exchange. */
  readonly sentRefreshToken: Secret | null;
}

interface Vocabulary {
  readonly token: readonly string[];
  readonly refreshToken: readonly string[];
}

/**
 * The names under which Deskera hands over a pair, without casing and separators. V1's exchange has `access_token` and
 * `refresh_token` beside the deskera pair, which Deskera's document marks "(Unused)": the deskera pair wins. No member about
 * expiry counts in either vocabulary.
 */
const deskeraNames: Vocabulary = { token: ['deskeratoken'], refreshToken: ['deskerarefreshtoken'] };
const accessNames: Vocabulary = { token: ['accesstoken'], refreshToken: ['refreshtoken'] };
/** What others call them: only where neither of the two is there. */
const otherNames: Vocabulary = {
  token: ['deskeraaccesstoken', 'xaccesstoken', 'authtoken', 'token', 'jwt'],
  refreshToken: ['newrefreshtoken', 'xrefreshtoken', 'refreshjwt'],
};
const vocabularies = [deskeraNames, accessNames, otherNames];
/** Names, without casing and separators, that can only be a refresh token's. */
const refreshTokenName = /^[a-z0-9]{0,24}refresh[a-z0-9]{0,24}token[a-z0-9]{0,8}$/;

type Members = Record<string, unknown>;

interface FoundToken {
  readonly token: Secret;
  readonly vocabulary: Vocabulary;
  readonly members: Members;
}

/**
 * Reads a token pair out of an answer to an exchange or a refresh, believing no member of it.
 * A refresh that brings no readable refresh token leaves the old one in force (RFC 6749, section 6): the new token is kept.
 * @returns null where there is no readable pair
 */
export function readGrant(body: unknown, context: GrantContext): DeskeraGrant | null {
  const objects = objectsIn(body);
  const found = findToken(objects);
  if (found === null) return null;
  const brought = refreshTokenBeside(found, objects);
  const refreshToken = brought ?? context.sentRefreshToken;
  if (refreshToken === null) return null;
  const grant = describedGrant(found, refreshToken, objects, context);
  return brought === null && hasUnreadRefreshToken(found, objects)
    ? { ...grant, refreshTokenUnread: true }
    : grant;
}

/**
 * The new refresh token of an answer to a refresh that has no readable token: the one that was sent may be spent, so the
 * new one must not be lost.
 * @returns null where there is none, or only the one that was sent
 */
export function readNewRefreshToken(body: unknown, { sentRefreshToken }: GrantContext): Secret | null {
  if (sentRefreshToken === null) return null;
  const objects = objectsIn(body);
  for (const vocabulary of vocabularies) {
    const found = firstReadable(objects, vocabulary.refreshToken, refreshTokenIn);
    if (found !== null && found.reveal() !== sentRefreshToken.reveal()) return found;
  }
  return null;
}

function findToken(objects: readonly Members[]): FoundToken | null {
  for (const vocabulary of vocabularies) {
    for (const members of objects) {
      const token = firstReadable([members], vocabulary.token, tokenIn);
      if (token !== null) return { token, vocabulary, members };
    }
  }
  return null;
}

/** In the same object and vocabulary if it is there, else wherever a refresh token stands that can be this token's. */
function refreshTokenBeside(found: FoundToken, objects: readonly Members[]): Secret | null {
  const nearestFirst = [found.members, ...objects.filter((members) => members !== found.members)];
  const own = firstReadable(nearestFirst, found.vocabulary.refreshToken, refreshTokenIn);
  if (own !== null) return own;
  for (const { token, refreshToken } of vocabularies.filter((each) => each !== found.vocabulary)) {
    // V1's unused `refresh_token` stands beside an `access_token` of its own, and is no JWT.
    const isTaken = objects.some((members) => !membersNamed(members, token).every(isAbsent));
    const foreign = firstReadable(nearestFirst, refreshToken, isTaken ? tokenIn : refreshTokenIn);
    if (foreign !== null) return foreign;
  }
  const known = new Set(vocabularies.flatMap(({ refreshToken }) => refreshToken));
  for (const { name, value } of nearestFirst.flatMap((members) => membersLike(members, refreshTokenName))) {
    const other = known.has(name) ? null : refreshTokenIn(value);
    if (other !== null) return other;
  }
  return null;
}

/** A member that is named like a refresh token holds something, and nothing of it could be read. V1's unused one is none. */
function hasUnreadRefreshToken({ vocabulary }: FoundToken, objects: readonly Members[]): boolean {
  const isUnused = (name: string): boolean =>
    vocabulary !== accessNames &&
    accessNames.refreshToken.includes(name) &&
    objects.some((members) => !membersNamed(members, accessNames.token).every(isAbsent));
  return objects
    .flatMap((members) => membersLike(members, refreshTokenName))
    .some(({ name, value }) => !isAbsent(value) && !isUnused(name));
}

function firstReadable<Read>(
  objects: readonly Members[],
  names: readonly string[],
  read: (value: unknown) => Read | null,
): Read | null {
  for (const members of objects) {
    for (const value of membersNamed(members, names)) {
      const readable = read(value);
      if (readable !== null) return readable;
    }
  }
  return null;
}

function describedGrant(
  { token, members }: FoundToken,
  refreshToken: Secret,
  objects: readonly Members[],
  { answeredAt, sentRefreshToken }: GrantContext,
): DeskeraGrant {
  const claims = readClaims(token.reveal());
  const life = remainingLife(claims, answeredAt);
  const isExchange = sentRefreshToken === null;
  const named = isExchange ? [members, ...objects] : [];
  return {
    token,
    refreshToken,
    orgId: claims.orgId,
    orgName: firstReadable(named, ['org'], (value) => readableText(value, 256)) ?? claims.orgName,
    email: firstReadable(named, ['email'], emailIn) ?? claims.email,
    tokenLifeSeconds: life.seconds,
    ...(life.isPast ? { tokenIsPast: true } : {}),
    refreshTokenLifeSeconds: remainingLife(readClaims(refreshToken.reveal()), answeredAt).seconds,
  };
}
