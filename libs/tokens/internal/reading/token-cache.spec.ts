import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseTenantId } from '#kernel';
import type { ChangeFeed, ChangeListener } from '#database';
import { sampleOptions } from '#tokens/testing';
import type { CachedToken } from './cached-token.js';
import { TokenCache } from './token-cache.js';

const tenantId = parseTenantId('acme');
const place = { tenantId, orgId: null };
const entry = { tenantId } as CachedToken;

let feed: ChangeListener;
let cache: TokenCache;

beforeEach(() => {
  const changes = {
    subscribe: (listener: ChangeListener) => {
      feed = listener;
    },
  };
  cache = new TokenCache(sampleOptions({ cacheMaxTokens: 10 }), changes as unknown as ChangeFeed);
});

describe('the token cache', () => {
  it('forgets everything on a reset of the change feed', () => {
    cache.put(place, entry, cache.ticket());
    feed.reset();
    expect(cache.get(place)).toBeUndefined();
  });

  it.each([
    ['a reset', () => feed.reset()],
    ['a change of the tenant', () => feed.changed(`tenant:${tenantId}`)],
  ])('keeps nothing whose reading began before %s', (_, forget) => {
    const ticket = cache.ticket();
    forget();
    cache.put(place, entry, ticket);
    expect(cache.get(place)).toBeUndefined();
  });

  it('forgets what was asked for by its org with the tenant', () => {
    const ofOrg = { tenantId, orgId: '11242' };
    cache.put(ofOrg, entry, cache.ticket());
    feed.changed(`tenant:${tenantId}`);
    expect(cache.get(ofOrg)).toBeUndefined();
  });

  it('keeps what was read after another tenant changed', () => {
    const ticket = cache.ticket();
    feed.changed('tenant:globex');
    cache.put(place, entry, ticket);
    expect(cache.get(place)).toBe(entry);
  });
});
