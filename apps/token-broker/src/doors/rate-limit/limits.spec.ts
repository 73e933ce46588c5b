import { afterEach, describe, expect, it } from '@jest/globals';
import { InnerDoors } from '../testing/inner-doors.js';
import type { RateLimitOptions } from './index.js';

const path = '/v1/tenants/acme/deskera-token';
const rights = { scopes: ['tokens:read'], tenants: ['acme'] };

let inner: InnerDoors;

async function open(limits: Partial<RateLimitOptions>): Promise<void> {
  inner = await InnerDoors.open(limits);
}

afterEach(async () => {
  await inner.close();
});

async function statuses(times: number, key?: string): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let count = 0; count < times; count += 1) {
    seen.push((await inner.request('GET', path, key === undefined ? {} : { key })).status);
  }
  return seen;
}

function fields({ headers }: Response): readonly (string | null)[] {
  return ['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => headers.get(name));
}

describe('a service key', () => {
  it('is told on every answer how it stands, and refused beyond its limit', async () => {
    await open({ keyPerSecond: 2 });
    const key = inner.authenticator.admit('busy', rights);
    const [first, second, third] = [
      await inner.request('GET', path, { key }),
      await inner.request('GET', '/v1/tenants/other/deskera-token', { key }),
      await inner.request('GET', path, { key }),
    ];
    expect([first.status, second.status, third.status]).toEqual([200, 403, 429]);
    expect(fields(first)).toEqual(['"key";q=2;w=1', '"key";r=1;t=1', null]);
    expect(fields(second)).toEqual(['"key";q=2;w=1', '"key";r=0;t=1', null]);
    expect(fields(third)).toEqual(['"key";q=2;w=1', '"key";r=0;t=1', '1']);
    expect(third.headers.get('content-type')).toContain('application/problem+json');
    expect(await third.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(inner.fairUse.metrics.lines).toContain('refused key');
  });

  it('is let in again as time passes, and holds up no other key and no admin key', async () => {
    await open({ keyPerSecond: 2 });
    const [key, other] = ['busy', 'other'].map((name) => inner.authenticator.admit(name, rights));
    expect(await statuses(4, key)).toEqual([200, 200, 429, 429]);
    expect(await statuses(2, other)).toEqual([200, 200]);
    inner.fairUse.clock.advance(500);
    expect(await statuses(2, key)).toEqual([200, 429]);
  });

  it('has no fields and no limit where none is set', async () => {
    await open({});
    const key = inner.authenticator.admit('busy', rights);
    expect(new Set(await statuses(50, key))).toEqual(new Set([200]));
    expect(fields(await inner.request('GET', path, { key }))).toEqual([null, null, null]);
  });

  it('is not counted where it is bad', async () => {
    await open({ keyPerSecond: 1 });
    const answers = [
      await inner.request('GET', path, { key: 'Bearer bad' }),
      await inner.request('GET', path),
    ];
    expect(answers.map(fields)).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
  });
});

describe('an address that shows bad keys', () => {
  it('is answered with 429 beyond its limit, while good keys and the keyless hear what they always do', async () => {
    await open({ failedAuthPerMinute: 3 });
    const key = inner.authenticator.admit('good', rights);
    expect(await statuses(5, 'Bearer bad')).toEqual([401, 401, 401, 429, 429]);
    expect(await statuses(20, key)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(await statuses(2)).toEqual([401, 401]);
    expect(inner.fairUse.metrics.lines).toEqual(['refused failed_auth', 'refused failed_auth']);
  });

  it('is told when to come again, and then has a try', async () => {
    await open({ failedAuthPerMinute: 3 });
    await statuses(3, 'Bearer bad');
    const refused = await inner.request('GET', path, { key: 'Basic YTpi' });
    expect(refused.status).toBe(429);
    expect(fields(refused)).toEqual([null, null, '20']);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
    inner.fairUse.clock.advance(20_000);
    expect(await statuses(2, 'Bearer bad')).toEqual([401, 429]);
  });

  it('is not counted for what good keys may not do, nor for requests without a key', async () => {
    await open({ failedAuthPerMinute: 1 });
    const key = inner.authenticator.admit('good', { scopes: [], tenants: [] });
    expect(await statuses(3, key)).toEqual([403, 403, 403]);
    expect(await statuses(3)).toEqual([401, 401, 401]);
    expect(await statuses(2, 'Bearer bad')).toEqual([401, 429]);
  });

  it('has no limit where none is set', async () => {
    await open({});
    expect(new Set(await statuses(100, 'Bearer bad'))).toEqual(new Set([401]));
  });
});
