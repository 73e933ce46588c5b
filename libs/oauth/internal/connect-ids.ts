import { createHash, randomBytes } from 'node:crypto';
import { Secret } from '#kernel';

/** 128 bits as base64url. */
const idLength = 22;
const browserIdLength = 43;

/**
 * A session's id is known to the service and to the person's browser. What opens its link, or comes back from Deskera, is
 * the id and 128 bits more, so that both tell the session without the id being enough for either.
 */
export function newSessionId(): string {
  return newId();
}

export function newLinkId(sessionId: string): Secret {
  return Secret.of(sessionId + newId());
}

export function newState(sessionId: string): Secret {
  return Secret.of(sessionId + newId());
}

/** @returns null where it was never a link's id or a `state` of ours: nothing has to be looked up. */
export function sessionIdIn(linkIdOrState: Secret): string | null {
  const text = linkIdOrState.reveal();
  return isBase64url(text, 2 * idLength) ? text.slice(0, idLength) : null;
}

export function isSessionId(text: string): boolean {
  return isBase64url(text, idLength);
}

/** A cookie's value is the browser's to choose: only one of ours binds anything. */
export function isBrowserId(browserId: Secret): boolean {
  return isBase64url(browserId.reveal(), browserIdLength);
}

export function sha256Of(sessionId: string): Buffer {
  return createHash('sha256').update(sessionId).digest();
}

function newId(): string {
  return randomBytes(16).toString('base64url');
}

function isBase64url(text: string, length: number): boolean {
  return text.length === length && /^[A-Za-z0-9_-]+$/.test(text);
}
