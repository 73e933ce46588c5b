import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as crypto from 'node:crypto';
import { Secret } from '#kernel';

const timingSafeEqual = jest.fn(crypto.timingSafeEqual);
jest.unstable_mockModule('node:crypto', () => ({ ...crypto, timingSafeEqual }));
const { RememberedKey } = await import('./remembered-key.js');

const live = [Secret.of('the first secret'), Secret.of('the second secret')];
const key = new RememberedKey(
  {
    keyId: 'k',
    name: 'a service',
    scopes: [],
    tenants: [],
    createdAt: new Date('2026-01-01T00:00:00Z'),
    expiresAt: new Date('2026-01-01T00:01:00Z'),
    revokedAt: null,
    liveSecretSha256: live.map((secret) => secret.sha256()),
    expiresInSeconds: 60,
  },
  1_000,
);
const nowThere = Date.parse('2026-01-01T00:00:30Z');

beforeEach(() => {
  timingSafeEqual.mockClear();
});

describe('a remembered service key', () => {
  it.each([
    ['its first secret', live[0], true],
    ['its second secret', live[1], true],
    ['another secret', Secret.of('another secret'), false],
  ])('compares %s with every live hash in constant time', (_, secret, opens) => {
    expect(key.opensWith(secret ?? Secret.of(''), 2_000, nowThere)).toBe(opens);
    expect(timingSafeEqual).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['by the monotonic clock', 61_000, nowThere],
    ['by the clock of the database', 2_000, Date.parse('2026-01-01T00:01:00Z')],
  ])('opens nothing once it has expired %s', (_, now, there) => {
    expect(key.opensWith(live[0] ?? Secret.of(''), now, there)).toBe(false);
  });
});
