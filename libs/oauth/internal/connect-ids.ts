import { createHash, randomBytes } from 'node:crypto';
import { Secret } from '#kernel';

/** 128 bits as base64url. */
const idLength = 22;
const browserIdLength = 43;

/**
 * The service and the person's browser know a session's id. A link id and a `state` are the session's id and 128
 * further bits: both identify the session, and the id alone is not sufficient for either.
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

/** @returns null if the text cannot be a link id or a `state` of this broker: no lookup is needed */
export function sessionIdIn(linkIdOrState: Secret): string | null {
  const text = linkIdOrState.reveal();
  return isBase64url(text, 2 * idLength) ? text.slice(0, idLength) : null;
}

export function isSessionId(text: string): boolean {
  return isBase64url(text, idLength);
}

/** The browser chooses the value of a cookie: only a value that the broker issued binds. */
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
