import { beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import type { ManualClock } from '#kernel/testing';
import {
  adminKey,
  AuthenticatorBench,
  type FakeChangeFeed,
  type FakeServiceKeyStore,
} from '../testing/index.js';
import { newKey } from './key-text.js';
import type { KeyUses } from './key-uses.js';

let bench: AuthenticatorBench;
let clock: ManualClock;
let changes: FakeChangeFeed;
let store: FakeServiceKeyStore;
let uses: KeyUses;

beforeEach(() => {
  bench = new AuthenticatorBench();
  ({ clock, changes, store, uses } = bench);
});

describe('the admin key', () => {
  it('opens everything, and asks the store nothing', async () => {
    const caller = await bench.authenticate(`Bearer ${adminKey}`);
    expect(caller.actor).toBe('admin_key');
    expect(
      caller.hasScope('admin') && caller.hasScope('tokens:read') && caller.canAccessTenant('anybody'),
    ).toBe(true);
    expect(store.reads).toBe(0);
  });

  it.each([`${adminKey}x`, adminKey.slice(1), adminKey.toUpperCase(), 'undefined', 'null'])(
    'is not %s',
    async (key) => {
      expect(await bench.failureCode(`Bearer ${key}`)).toBe('unauthorized');
    },
  );

  it('is no key at all where none is set', async () => {
    bench.authenticator = bench.withAdminKey(null);
    for (const header of [
      undefined,
      '',
      'Bearer ',
      'Bearer null',
      'Bearer undefined',
      `Bearer ${adminKey}`,
    ]) {
      expect(await bench.failureCode(header)).toBe('unauthorized');
    }
  });
});

describe('a service key', () => {
  it('has the scopes and tenants it was given, and no others', async () => {
    const { header, keyId } = bench.storedKey({ scopes: ['tokens:read'], tenants: ['acme', 'beta-*'] });
    const caller = await bench.authenticate(header);
    expect(caller.actor).toBe(`key:${keyId}`);
    expect(caller.hasScope('tokens:read')).toBe(true);
    expect(
      caller.hasScope('connections:write') || caller.hasScope('connections:read') || caller.hasScope('admin'),
    ).toBe(false);
    expect(caller.canAccessTenant('acme') && caller.canAccessTenant('beta-1')).toBe(true);
    expect(caller.canAccessTenant('gamma')).toBe(false);
  });

  it('opens nothing with another key’s secret, a changed one, or an unknown id', async () => {
    const { header } = bench.storedKey();
    const { header: other } = bench.storedKey();
    const [start] = header.split(/_(?=[^_]{0,43}$)/);
    const swapped = `${header.slice(0, 'Bearer dtb_'.length + 16)}${other.slice('Bearer dtb_'.length + 16)}`;
    const last = header.endsWith('A') ? 'E' : 'A';
    expect(start).toBeDefined();
    expect(await bench.failureCode(swapped)).toBe('unauthorized');
    expect(await bench.failureCode(header.slice(0, -1) + last)).toBe('unauthorized');
    expect(await bench.failureCode(`Bearer ${newKey().key.reveal()}`)).toBe('unauthorized');
    expect(await bench.failureCode(header)).toBe('none');
  });

  it('that is revoked, or has no live secret, opens nothing', async () => {
    expect(await bench.failureCode(bench.storedKey({ revokedAt: new Date() }).header)).toBe('unauthorized');
    expect(await bench.failureCode(bench.storedKey({ liveSecretSha256: [] }).header)).toBe('unauthorized');
  });

  it('may have two live secrets', async () => {
    const second = newKey();
    const { header, keyId } = bench.storedKey();
    const first = Secret.of(header.slice(`Bearer dtb_${keyId}_`.length));
    store.add({ keyId, liveSecretSha256: [first.sha256(), second.secret.sha256()] });
    expect(await bench.failureCode(header)).toBe('none');
    expect(await bench.failureCode(`Bearer dtb_${keyId}_${second.secret.reveal()}`)).toBe('none');
  });

  it('lets a remembered key in no longer where the clock of the database is set past its expiry', async () => {
    const expiresAt = new Date(bench.clock.now().getTime() + 60_000);
    const { header } = bench.storedKey({ expiresInSeconds: 60, expiresAt });
    expect(await bench.failureCode(header)).toBe('none');
    bench.offMilliseconds = 60_000;
    expect(await bench.failureCode(header)).toBe('unauthorized');
  });

  it('expires while it is remembered, whatever the wall clock says', async () => {
    const { header } = bench.storedKey({ expiresInSeconds: 60 });
    expect(await bench.failureCode(header)).toBe('none');
    clock.advance(59_999);
    expect(await bench.failureCode(header)).toBe('none');
    clock.setWallClock(new Date('2020-01-01T00:00:00Z'));
    clock.advance(1);
    expect(await bench.failureCode(header)).toBe('unauthorized');
    expect(store.reads).toBe(1);
  });
});

describe('the use of a key', () => {
  it('is noted where it opened, hot or cold, and not where it did not', async () => {
    const { header, keyId } = bench.storedKey();
    const { header: revoked } = bench.storedKey({ revokedAt: new Date() });
    await bench.authenticate(header);
    clock.advance(1_000);
    await bench.authenticate(header);
    await bench.failureCode(`${header.slice(0, -1)}_`);
    await bench.failureCode(revoked);
    await bench.authenticate(`Bearer ${adminKey}`);
    expect(store.uses).toEqual([]);
    await uses.write();
    expect(store.uses).toEqual([{ keyId, at: new Date('2026-01-01T00:00:01Z') }]);
  });
});

describe('what is remembered', () => {
  it('answers a hot call without the store, also a wrong or unknown key', async () => {
    const { header } = bench.storedKey();
    const unknown = `Bearer ${newKey().key.reveal()}`;
    await bench.authenticate(header);
    await bench.failureCode(unknown);
    store.reads = 0;
    for (let times = 0; times < 10; times += 1) {
      await bench.authenticate(header);
      expect(await bench.failureCode(`${header.slice(0, -1)}_`)).toBe('unauthorized');
      expect(await bench.failureCode(unknown)).toBe('unauthorized');
    }
    expect(store.reads).toBe(0);
  });

  it('lets a caller in at once, and whom it does not know not at all', async () => {
    const { header, keyId } = bench.storedKey();
    expect(bench.authenticator.remembered(header)).toBeNull();
    const caller = await bench.authenticate(header);
    store.reads = 0;
    expect(bench.authenticator.remembered(header)).toBe(caller);
    for (const wrong of [undefined, '', 'Bearer x', `${header.slice(0, -1)}_`, header.replace('dtb', 'xyz')])
      expect(bench.authenticator.remembered(wrong)).toBeNull();
    changes.fresh = false;
    expect(bench.authenticator.remembered(header)).toBeNull();
    changes.fresh = true;
    changes.announce(`key:${keyId}`);
    expect(bench.authenticator.remembered(header)).toBeNull();
    expect(store.reads).toBe(0);
  });

  it('is not used while the proof of freshness is old', async () => {
    const { header, keyId } = bench.storedKey();
    await bench.authenticate(header);
    await store.revoke(keyId);
    changes.fresh = false;
    expect(await bench.failureCode(header)).toBe('unauthorized');
  });

  it('is forgotten at a change of the key, and only of that key', async () => {
    const { header, keyId } = bench.storedKey();
    const { header: other } = bench.storedKey();
    await bench.authenticate(header);
    await bench.authenticate(other);
    store.reads = 0;
    await store.revoke(keyId);
    changes.announce(`key:${keyId}`);
    expect(await bench.failureCode(header)).toBe('unauthorized');
    expect(await bench.failureCode(other)).toBe('none');
    expect(store.reads).toBe(1);
  });

  it('is forgotten altogether where changes may have been missed', async () => {
    const { header } = bench.storedKey();
    await bench.authenticate(header);
    changes.loseTrack();
    await bench.authenticate(header);
    expect(store.reads).toBe(2);
  });

  it('does not hide a key that is made after it was asked for', async () => {
    const { keyId, key, secret } = newKey();
    expect(await bench.failureCode(`Bearer ${key.reveal()}`)).toBe('unauthorized');
    store.add({ keyId, liveSecretSha256: [secret.sha256()] });
    changes.announce(`key:${keyId}`);
    expect(await bench.failureCode(`Bearer ${key.reveal()}`)).toBe('none');
  });
});

describe('a read under way', () => {
  it('is shared by those who come meanwhile', async () => {
    const { header } = bench.storedKey();
    const go = store.hold();
    const callers = Promise.all(Array.from({ length: 40 }, () => bench.authenticate(header)));
    go();
    await callers;
    expect(store.reads).toBe(1);
  });

  it('that a change overtakes is not kept, and not joined any more', async () => {
    const { header, keyId } = bench.storedKey();
    const go = store.hold();
    const early = bench.failureCode(header);
    await store.revoke(keyId);
    changes.announce(`key:${keyId}`);
    const late = bench.failureCode(header);
    go();
    expect(await early).toBe('none');
    expect(await late).toBe('unauthorized');
    expect(await bench.failureCode(header)).toBe('unauthorized');
    expect(store.reads).toBe(2);
  });

  it('that was sent over 700 ms ago is not joined', async () => {
    const { header } = bench.storedKey();
    const go = store.hold();
    const early = bench.authenticate(header);
    clock.advance(701);
    const late = bench.authenticate(header);
    go();
    await Promise.all([early, late]);
    expect(store.reads).toBe(2);
  });
});
