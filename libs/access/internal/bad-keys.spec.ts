import { beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, uncounted, type Attempt, type Failure } from '#kernel';
import { ManualClock, RecordedAttempt } from '#kernel/testing';
import { ClockTime } from '#database/testing';
import { FakeChangeFeed, FakeServiceKeyStore } from '../testing/index.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { newKey } from './key-text.js';
import { KeyUses } from './key-uses.js';
import { RememberedKeys } from './remembered-keys.js';

const adminKey = 'an-admin-key-of-thirty-two-characters';

let clock: ManualClock;
let changes: FakeChangeFeed;
let store: FakeServiceKeyStore;
let authenticator: KeyAuthenticator;

beforeEach(() => {
  clock = new ManualClock();
  changes = new FakeChangeFeed();
  store = new FakeServiceKeyStore();
  const options = { adminKey: Secret.of(adminKey), serveWithoutDatabaseSeconds: 30 };
  const keys = new RememberedKeys(store, changes, clock);
  authenticator = new KeyAuthenticator(
    options,
    keys,
    new KeyUses(store, new ClockTime(clock)),
    changes,
    clock,
    new ClockTime(clock),
  );
});

function storedKey(): { header: string; keyId: string } {
  const { keyId, key, secret } = newKey();
  store.add({ keyId, liveSecretSha256: [secret.sha256()] });
  return { header: `Bearer ${key.reveal()}`, keyId };
}

const madeUp = (): string => `Bearer ${newKey().key.reveal()}`;
const withWrongSecret = (keyId: string): string => madeUp().replace(/_[^_]+_/, `_${keyId}_`);

async function outcome(header: string, attempt: Attempt = uncounted): Promise<string> {
  try {
    return (await authenticator.authenticate(header, attempt)).actor;
  } catch (error) {
    return (error as Failure).code;
  }
}

/** The turns of the gathered question come with the clock. */
async function inTurns<Result>(work: Promise<Result>): Promise<Result> {
  const end = new AbortController();
  const ended = work.finally(() => {
    end.abort();
  });
  while (!end.signal.aborted) {
    await new Promise(setImmediate);
    clock.advance(50);
  }
  return ended;
}

describe('a try that is counted', () => {
  it('is not charged for the admin key and for a key that is remembered', async () => {
    const { header, keyId } = storedKey();
    await outcome(header);
    const attempts = [new RecordedAttempt(true), new RecordedAttempt(true)] as const;
    expect(await outcome(`Bearer ${adminKey}`, attempts[0])).toBe('admin_key');
    expect(await outcome(header, attempts[1])).toBe(`key:${keyId}`);
    expect(attempts.map(({ isCharged }) => isCharged)).toEqual([false, false]);
  });

  it('is charged before a key is read: many at once get no more reads than tries', async () => {
    const release = store.hold();
    const attempt = new RecordedAttempt(true);
    const under = outcome(madeUp(), attempt);
    expect(attempt.isCharged).toBe(true);
    release();
    expect(await under).toBe('unauthorized');
    expect(store.reads).toBe(1);
  });
});

describe('with no try left', () => {
  const spent = (): RecordedAttempt => new RecordedAttempt(false);

  it('made-up ids cost no reads, and all together few questions', async () => {
    const outcomes = Array.from({ length: 500 }, () => outcome(madeUp(), spent()));
    expect(new Set(await inTurns(Promise.all(outcomes)))).toEqual(new Set(['unauthorized']));
    expect(store.reads).toBe(0);
    expect(store.existenceQuestions).toEqual([1, 499]);
  });

  it('a good key opens that this replica has never seen, in the middle of a flood', async () => {
    const { header, keyId } = storedKey();
    const flood = Promise.all(Array.from({ length: 100 }, () => outcome(madeUp(), spent())));
    expect(await inTurns(outcome(header, spent()))).toBe(`key:${keyId}`);
    expect(store.reads).toBe(1);
    await inTurns(flood);
  });

  it('a good key that is remembered opens without any question', async () => {
    const { header, keyId } = storedKey();
    await outcome(header);
    const [reads, questions] = [store.reads, store.existenceQuestions.length];
    expect(await outcome(header, spent())).toBe(`key:${keyId}`);
    expect([store.reads, store.existenceQuestions.length]).toEqual([reads, questions]);
  });

  it('a wrong secret waits for the same turn as an id that nobody has', async () => {
    const { header, keyId } = storedKey();
    await outcome(header);
    expect(await inTurns(outcome(withWrongSecret(keyId), spent()))).toBe('unauthorized');
    expect(await inTurns(outcome(madeUp(), spent()))).toBe('unauthorized');
    expect(store.existenceQuestions).toEqual([1, 1]);
    expect(store.reads).toBe(1);
  });

  it('a key that cannot be looked up among too many others is not called bad', async () => {
    const { header, keyId } = storedKey();
    const flood = Array.from({ length: 1_001 }, () => outcome(madeUp(), spent()));
    const [good, elsewhere] = [
      outcome(header, spent()),
      outcome(header, new RecordedAttempt(false, '198.51.100.7')),
    ];
    expect(await good).toBe('broker_unavailable');
    expect(await inTurns(elsewhere)).toBe(`key:${keyId}`);
    expect(new Set(await inTurns(Promise.all(flood)))).toEqual(new Set(['unauthorized']));
  });

  it('a database that hangs is waited for no longer than without a limit', async () => {
    const release = store.hold();
    const asked = outcome(madeUp(), spent());
    await new Promise(setImmediate);
    clock.advance(2_000);
    expect(await asked).toBe('broker_unavailable');
    release();
  });
});
