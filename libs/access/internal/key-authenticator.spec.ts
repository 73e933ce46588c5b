import { beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, type Failure } from '#kernel';
import { ManualClock } from '#kernel/testing';
import type { ServiceKeyCredential } from '#store';
import type { Caller } from '../caller.js';
import { FakeChangeFeed, FakeServiceKeyStore } from '../testing/index.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { newKey } from './key-text.js';
import { KeyUses } from './key-uses.js';
import { RememberedKeys } from './remembered-keys.js';

const adminKey = 'an-admin-key-of-thirty-two-characters';

let clock: ManualClock;
let changes: FakeChangeFeed;
let store: FakeServiceKeyStore;
let uses: KeyUses;
let authenticator: KeyAuthenticator;

beforeEach(() => {
  clock = new ManualClock();
  changes = new FakeChangeFeed();
  store = new FakeServiceKeyStore();
  uses = new KeyUses(store, clock);
  authenticator = withAdminKey(adminKey);
});

function withAdminKey(key: string | null): KeyAuthenticator {
  const options = { adminKey: key === null ? null : Secret.of(key), serveWithoutDatabaseSeconds: 30 };
  return new KeyAuthenticator(options, new RememberedKeys(store, changes, clock), uses, changes, clock);
}

/** @returns the header of a key that is in the store */
function storedKey(credential: Partial<ServiceKeyCredential> = {}): { header: string; keyId: string } {
  const { keyId, key, secret } = newKey();
  store.add({ keyId, liveSecretSha256: [secret.sha256()], ...credential });
  return { header: `Bearer ${key.reveal()}`, keyId };
}

/** Each time with a look at what is remembered first: it never lets in whom the store's word would not. */
async function authenticate(header: string | undefined): Promise<Caller> {
  const remembered = authenticator.remembered(header);
  try {
    const caller = await authenticator.authenticate(header);
    expect(remembered ?? caller).toBe(caller);
    return caller;
  } catch (error) {
    expect(remembered).toBeNull();
    throw error;
  }
}

async function failureCode(header: string | undefined): Promise<string> {
  try {
    await authenticate(header);
    return 'none';
  } catch (error) {
    return (error as Failure).code;
  }
}

describe('the admin key', () => {
  it('opens everything, and asks the store nothing', async () => {
    const caller = await authenticate(`Bearer ${adminKey}`);
    expect(caller.actor).toBe('admin_key');
    expect(caller.mayUse('admin') && caller.mayUse('tokens:read') && caller.mayTouch('anybody')).toBe(true);
    expect(store.reads).toBe(0);
  });

  it.each([`${adminKey}x`, adminKey.slice(1), adminKey.toUpperCase(), 'undefined', 'null'])(
    'is not %s',
    async (key) => {
      expect(await failureCode(`Bearer ${key}`)).toBe('unauthorized');
    },
  );

  it('is no key at all where none is set', async () => {
    authenticator = withAdminKey(null);
    for (const header of [
      undefined,
      '',
      'Bearer ',
      'Bearer null',
      'Bearer undefined',
      `Bearer ${adminKey}`,
    ]) {
      expect(await failureCode(header)).toBe('unauthorized');
    }
  });
});

describe('a service key', () => {
  it('has the scopes and tenants it was given, and no others', async () => {
    const { header, keyId } = storedKey({ scopes: ['tokens:read'], tenants: ['acme', 'beta-*'] });
    const caller = await authenticate(header);
    expect(caller.actor).toBe(`key:${keyId}`);
    expect(caller.mayUse('tokens:read')).toBe(true);
    expect(
      caller.mayUse('connections:write') || caller.mayUse('connections:read') || caller.mayUse('admin'),
    ).toBe(false);
    expect(caller.mayTouch('acme') && caller.mayTouch('beta-1')).toBe(true);
    expect(caller.mayTouch('gamma')).toBe(false);
  });

  it('opens nothing with another key’s secret, a changed one, or an unknown id', async () => {
    const { header } = storedKey();
    const { header: other } = storedKey();
    const [start] = header.split(/_(?=[^_]{0,43}$)/);
    const swapped = `${header.slice(0, 'Bearer dtb_'.length + 16)}${other.slice('Bearer dtb_'.length + 16)}`;
    const last = header.endsWith('A') ? 'E' : 'A';
    expect(start).toBeDefined();
    expect(await failureCode(swapped)).toBe('unauthorized');
    expect(await failureCode(header.slice(0, -1) + last)).toBe('unauthorized');
    expect(await failureCode(`Bearer ${newKey().key.reveal()}`)).toBe('unauthorized');
    expect(await failureCode(header)).toBe('none');
  });

  it('that is revoked, or has no live secret, opens nothing', async () => {
    expect(await failureCode(storedKey({ revokedAt: new Date() }).header)).toBe('unauthorized');
    expect(await failureCode(storedKey({ liveSecretSha256: [] }).header)).toBe('unauthorized');
  });

  it('may have two live secrets', async () => {
    const second = newKey();
    const { header, keyId } = storedKey();
    const first = Secret.of(header.slice(`Bearer dtb_${keyId}_`.length));
    store.add({ keyId, liveSecretSha256: [first.sha256(), second.secret.sha256()] });
    expect(await failureCode(header)).toBe('none');
    expect(await failureCode(`Bearer dtb_${keyId}_${second.secret.reveal()}`)).toBe('none');
  });

  it('expires while it is remembered, whatever the wall clock says', async () => {
    const { header } = storedKey({ expiresInSeconds: 60 });
    expect(await failureCode(header)).toBe('none');
    clock.advance(59_999);
    expect(await failureCode(header)).toBe('none');
    clock.setWallClock(new Date('2020-01-01T00:00:00Z'));
    clock.advance(1);
    expect(await failureCode(header)).toBe('unauthorized');
    expect(store.reads).toBe(1);
  });
});

describe('the use of a key', () => {
  it('is noted where it opened, hot or cold, and not where it did not', async () => {
    const { header, keyId } = storedKey();
    const { header: revoked } = storedKey({ revokedAt: new Date() });
    await authenticate(header);
    clock.advance(1_000);
    await authenticate(header);
    await failureCode(`${header.slice(0, -1)}_`);
    await failureCode(revoked);
    await authenticate(`Bearer ${adminKey}`);
    expect(store.uses).toEqual([]);
    await uses.write();
    expect(store.uses).toEqual([{ keyId, at: new Date('2026-01-01T00:00:01Z') }]);
  });
});

describe('what is remembered', () => {
  it('answers a hot call without the store, also a wrong or unknown key', async () => {
    const { header } = storedKey();
    const unknown = `Bearer ${newKey().key.reveal()}`;
    await authenticate(header);
    await failureCode(unknown);
    store.reads = 0;
    for (let times = 0; times < 10; times += 1) {
      await authenticate(header);
      expect(await failureCode(`${header.slice(0, -1)}_`)).toBe('unauthorized');
      expect(await failureCode(unknown)).toBe('unauthorized');
    }
    expect(store.reads).toBe(0);
  });

  it('lets a caller in at once, and whom it does not know not at all', async () => {
    const { header, keyId } = storedKey();
    expect(authenticator.remembered(header)).toBeNull();
    const caller = await authenticate(header);
    store.reads = 0;
    expect(authenticator.remembered(header)).toBe(caller);
    for (const wrong of [undefined, '', 'Bearer x', `${header.slice(0, -1)}_`, header.replace('dtb', 'xyz')])
      expect(authenticator.remembered(wrong)).toBeNull();
    changes.fresh = false;
    expect(authenticator.remembered(header)).toBeNull();
    changes.fresh = true;
    changes.announce(`key:${keyId}`);
    expect(authenticator.remembered(header)).toBeNull();
    expect(store.reads).toBe(0);
  });

  it('is not used while the proof of freshness is old', async () => {
    const { header, keyId } = storedKey();
    await authenticate(header);
    await store.revoke(keyId);
    changes.fresh = false;
    expect(await failureCode(header)).toBe('unauthorized');
  });

  it('is forgotten at a change of the key, and only of that key', async () => {
    const { header, keyId } = storedKey();
    const { header: other } = storedKey();
    await authenticate(header);
    await authenticate(other);
    store.reads = 0;
    await store.revoke(keyId);
    changes.announce(`key:${keyId}`);
    expect(await failureCode(header)).toBe('unauthorized');
    expect(await failureCode(other)).toBe('none');
    expect(store.reads).toBe(1);
  });

  it('is forgotten altogether where changes may have been missed', async () => {
    const { header } = storedKey();
    await authenticate(header);
    changes.loseTrack();
    await authenticate(header);
    expect(store.reads).toBe(2);
  });

  it('does not hide a key that is made after it was asked for', async () => {
    const { keyId, key, secret } = newKey();
    expect(await failureCode(`Bearer ${key.reveal()}`)).toBe('unauthorized');
    store.add({ keyId, liveSecretSha256: [secret.sha256()] });
    changes.announce(`key:${keyId}`);
    expect(await failureCode(`Bearer ${key.reveal()}`)).toBe('none');
  });
});

describe('a read under way', () => {
  it('is shared by those who come meanwhile', async () => {
    const { header } = storedKey();
    const go = store.hold();
    const callers = Promise.all(Array.from({ length: 40 }, () => authenticate(header)));
    go();
    await callers;
    expect(store.reads).toBe(1);
  });

  it('that a change overtakes is not kept, and not joined any more', async () => {
    const { header, keyId } = storedKey();
    const go = store.hold();
    const early = failureCode(header);
    await store.revoke(keyId);
    changes.announce(`key:${keyId}`);
    const late = failureCode(header);
    go();
    expect(await early).toBe('none');
    expect(await late).toBe('unauthorized');
    expect(await failureCode(header)).toBe('unauthorized');
    expect(store.reads).toBe(2);
  });

  it('that was sent over 700 ms ago is not joined', async () => {
    const { header } = storedKey();
    const go = store.hold();
    const early = authenticate(header);
    clock.advance(701);
    const late = authenticate(header);
    go();
    await Promise.all([early, late]);
    expect(store.reads).toBe(2);
  });
});

describe('while the database is away', () => {
  it.each([
    { seconds: 30, code: 'none' },
    { seconds: 30.1, code: 'broker_unavailable' },
    { seconds: Infinity, code: 'broker_unavailable' },
  ])('$seconds s after it was seen, a remembered key gets: $code', async ({ seconds, code }) => {
    const { header } = storedKey();
    await authenticate(header);
    changes.fresh = false;
    changes.secondsWithoutDatabase = seconds;
    store.away = true;
    expect(await failureCode(header)).toBe(code);
  });

  it('for this one read only, a remembered key opens nothing: it may have been revoked', async () => {
    const { header } = storedKey();
    await authenticate(header);
    changes.fresh = false;
    changes.cutOff = false;
    store.away = true;
    expect(await failureCode(header)).toBe('broker_unavailable');
  });

  it('a key that is not remembered can’t be told from a wrong one', async () => {
    const { header } = storedKey();
    store.away = true;
    expect(await failureCode(header)).toBe('broker_unavailable');
  });

  it('a remembered key still expires, and still needs its secret', async () => {
    const { header } = storedKey({ expiresInSeconds: 10 });
    await authenticate(header);
    changes.fresh = false;
    store.away = true;
    expect(await failureCode(`${header.slice(0, -1)}_`)).toBe('unauthorized');
    clock.advance(10_000);
    expect(await failureCode(header)).toBe('unauthorized');
  });

  it('and only hangs, a remembered key still opens soon, and one that is not hears so', async () => {
    const { header } = storedKey();
    const { header: cold } = storedKey();
    await authenticate(header);
    changes.fresh = false;
    const go = store.hold();
    const [remembered, notRemembered] = [failureCode(header), failureCode(cold)];
    clock.advance(2_000);
    expect(await remembered).toBe('none');
    expect(await notRemembered).toBe('broker_unavailable');
    go();
  });
});
