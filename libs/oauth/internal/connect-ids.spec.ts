import { describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import {
  isBrowserId,
  isSessionId,
  newLinkId,
  newSessionId,
  newState,
  sessionIdIn,
  sha256Of,
} from './connect-ids.js';

describe('ids of a connect', () => {
  it('tell their session, and none of them is like another', () => {
    const sessionId = newSessionId();
    const made = [newLinkId(sessionId), newLinkId(sessionId), newState(sessionId), newState(sessionId)];
    expect(made.map(sessionIdIn)).toEqual([sessionId, sessionId, sessionId, sessionId]);
    expect(new Set(made.map((id) => id.reveal())).size).toBe(made.length);
    expect(isSessionId(sessionId)).toBe(true);
  });

  it('hold 128 bits each that the session id does not tell', () => {
    const sessionId = newSessionId();
    expect(sessionId).toHaveLength(22);
    expect(newState(sessionId).reveal()).toHaveLength(44);
  });

  it.each([
    ['nothing', ''],
    ['a session id alone', 'a'.repeat(22)],
    ['one character too many', 'a'.repeat(45)],
    ['another alphabet', `${'a'.repeat(43)}+`],
    ['a line end', `${'a'.repeat(43)}\n`],
  ])('are not read from %s', (_, text) => {
    expect(sessionIdIn(Secret.of(text))).toBeNull();
  });

  it.each([
    ['43 characters', 'a'.repeat(43), true],
    ['fewer', 'a'.repeat(42), false],
    ['nothing', '', false],
    ['other characters', `${'a'.repeat(42)};`, false],
  ])('a cookie of %s is one of ours: %s → %s', (_, text, expected) => {
    expect(isBrowserId(Secret.of(text))).toBe(expected);
  });

  it('are kept as SHA-256 in one way, whether plain or secret', () => {
    expect(sha256Of('abc')).toEqual(Secret.of('abc').sha256());
  });
});
