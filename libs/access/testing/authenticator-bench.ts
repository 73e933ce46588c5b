import { Secret, type Failure } from '#kernel';
import { ManualClock } from '#kernel/testing';
import type { DatabaseTime } from '#database';
import type { ServiceKeyCredential } from '../internal/service-key-store.js';
import { ClockTime } from '#database/testing';
import type { Caller } from '../caller.js';
import { KeyAuthenticator } from '../internal/key-authenticator.js';
import { newKey } from '../internal/key-text.js';
import { KeyUses } from '../internal/key-uses.js';
import { RememberedKeys } from '../internal/remembered-keys.js';
import { FakeChangeFeed } from './fake-change-feed.js';
import { FakeServiceKeyStore } from './fake-service-key-store.js';

export const adminKey = 'an-admin-key-of-thirty-two-characters';

/** An authenticator on a clock, a change feed and a store that a test moves. */
export class AuthenticatorBench {
  readonly clock = new ManualClock();
  readonly changes = new FakeChangeFeed();
  readonly store = new FakeServiceKeyStore();
  readonly uses = new KeyUses(this.store, new ClockTime(this.clock));
  /** How far the database's clock is off. */
  offMilliseconds = 0;
  readonly time: DatabaseTime = {
    now: () => new Date(this.time.nowMilliseconds()),
    nowMilliseconds: () => this.clock.now().getTime() + this.offMilliseconds,
    steadySeconds: () => Infinity,
  };
  authenticator = this.withAdminKey(adminKey);

  withAdminKey(key: string | null): KeyAuthenticator {
    const options = { adminKey: key === null ? null : Secret.of(key), serveWithoutDatabaseSeconds: 30 };
    const keys = new RememberedKeys(this.store, this.changes, this.clock);
    return new KeyAuthenticator(options, keys, this.uses, this.changes, this.clock, this.time);
  }

  /** @returns the header of a key that is in the store */
  storedKey(credential: Partial<ServiceKeyCredential> = {}): { header: string; keyId: string } {
    const { keyId, key, secret } = newKey();
    this.store.add({ keyId, liveSecretSha256: [secret.sha256()], ...credential });
    return { header: `Bearer ${key.reveal()}`, keyId };
  }

  /** Each time with a look at what is remembered first: it never lets in whom the store's word would not. */
  async authenticate(header: string | undefined): Promise<Caller> {
    const remembered = this.authenticator.remembered(header);
    try {
      const caller = await this.authenticator.authenticate(header);
      if (remembered !== null && remembered !== caller) throw new Error('another caller is remembered');
      return caller;
    } catch (error) {
      if (remembered !== null) throw new Error('one is remembered who is not let in', { cause: error });
      throw error;
    }
  }

  async failureCode(header: string | undefined): Promise<string> {
    try {
      await this.authenticate(header);
      return 'none';
    } catch (error) {
      return (error as Failure).code;
    }
  }
}
