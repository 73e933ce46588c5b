import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseTenantId, Secret, type TenantId } from '#kernel';
import type { ChangeFeed, ChangeListener } from '#store';
import { sampleOptions, sampleRecord } from '#tokens/testing';
import { CachedToken } from './cached-token.js';
import { TokenCache } from './token-cache.js';

const acme = { tenantId: parseTenantId('acme'), orgId: null };
const acmeByOrg = { tenantId: acme.tenantId, orgId: '11242' };
const beta = { tenantId: parseTenantId('beta'), orgId: null };

let cache: TokenCache;
let feed: ChangeListener;

beforeEach(() => {
  const listeners: ChangeListener[] = [];
  const changes: Pick<ChangeFeed, 'subscribe'> = { subscribe: (listener) => void listeners.push(listener) };
  cache = new TokenCache(sampleOptions(), changes as ChangeFeed);
  const [listener] = listeners;
  if (listener === undefined) throw new Error('the cache did not subscribe');
  feed = listener;
});

function entry({ tenantId }: { readonly tenantId: TenantId }): CachedToken {
  const { fingerprint, ...record } = sampleRecord({ tenantId });
  return new CachedToken({ ...record, fingerprint }, Secret.of('the token'));
}

function putAll(): void {
  for (const place of [acme, acmeByOrg, beta]) cache.put(place, entry(place), cache.ticket());
}

function kept(): readonly boolean[] {
  return [acme, acmeByOrg, beta].map((place) => cache.get(place) !== undefined);
}

describe('a cached token', () => {
  it('is forgotten under all its names with its tenant, and no other is', () => {
    putAll();
    expect(kept()).toEqual([true, true, true]);
    feed.changed('tenant:acme');
    expect(kept()).toEqual([false, false, true]);
  });

  it('is forgotten with all others when the change feed may have missed something', () => {
    putAll();
    feed.reset();
    expect(kept()).toEqual([false, false, false]);
  });

  it.each([
    [
      'its tenant changed',
      () => {
        feed.changed('tenant:acme');
      },
    ],
    [
      'everything was forgotten',
      () => {
        feed.reset();
      },
    ],
  ])('is not kept where it was read before %s', (_, forget) => {
    const ticket = cache.ticket();
    forget();
    cache.put(acme, entry(acme), ticket);
    expect(cache.get(acme)).toBeUndefined();
    cache.put(acme, entry(acme), cache.ticket());
    expect(cache.get(acme)).toBeDefined();
  });
});
