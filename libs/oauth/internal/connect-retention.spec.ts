import { describe, expect, it, jest } from '@jest/globals';
import type { ConnectSessionStore } from '#connections';
import { ConnectRetention } from './connect-retention.js';

/** A store with so many expired sessions. */
function storeWith(expired: number) {
  let left = expired;
  const deleteExpired = jest.fn((_olderThanSeconds: number, limit: number) => {
    const deleted = Math.min(left, limit);
    left -= deleted;
    return Promise.resolve(deleted);
  });
  return { deleteExpired };
}

describe('retention', () => {
  it.each([
    [0, 1],
    [999, 1],
    [1_000, 2],
    [2_500, 3],
  ])('of %i expired sessions takes %i statements', async (expired, statements) => {
    const store = storeWith(expired);
    expect(await new ConnectRetention(store as unknown as ConnectSessionStore).deleteExpired()).toBe(expired);
    expect(store.deleteExpired).toHaveBeenCalledTimes(statements);
    expect(store.deleteExpired).toHaveBeenCalledWith(7 * 86_400, 1_000);
  });

  it('is bounded: the next call takes what is left', async () => {
    const retention = new ConnectRetention(storeWith(20_500) as unknown as ConnectSessionStore);
    expect(await retention.deleteExpired()).toBe(20_000);
    expect(await retention.deleteExpired()).toBe(500);
  });
});
