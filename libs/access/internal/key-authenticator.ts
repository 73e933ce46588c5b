import { Inject, Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { Clock, Failure, uncounted, type Attempt, type Secret } from '#kernel';
import { ChangeFeed, DatabaseTime } from '#database';
import { Authenticator } from '../authenticator.js';
import { Caller } from '../caller.js';
import { AccessOptions } from '../options.js';
import { adminKeyActor } from './actors.js';
import { bearerKey } from './bearer.js';
import { readKey, type KeyParts } from './key-text.js';
import { KeyUses } from './key-uses.js';
import { inTime } from './patience.js';
import type { RememberedKey } from './remembered-key.js';
import { RememberedKeys } from './remembered-keys.js';

/** How long a read may take where there is something to fall back on, and where there is not. */
const rememberedWaitMilliseconds = 1_000;
const coldWaitMilliseconds = 2_000;

/** Knows the admin key of the configuration and the service keys of the store. A hot call asks nobody. */
@Injectable()
export class KeyAuthenticator extends Authenticator {
  readonly #adminKeySha256: Buffer | null;
  readonly #admin = new Caller({ actor: adminKeyActor, scopes: ['admin'], tenants: ['*'] });

  constructor(
    @Inject(AccessOptions) private readonly options: AccessOptions,
    private readonly keys: RememberedKeys,
    private readonly uses: KeyUses,
    private readonly changes: ChangeFeed,
    private readonly clock: Clock,
    private readonly time: DatabaseTime,
  ) {
    super();
    this.#adminKeySha256 = options.adminKey?.sha256() ?? null;
  }

  override async authenticate(
    authorization: string | undefined,
    attempt: Attempt = uncounted,
  ): Promise<Caller> {
    const key = bearerKey(authorization);
    if (key === null) throw unauthorized();
    if (this.#isAdminKey(key)) return this.#admin;
    return this.#serviceCaller(key, attempt);
  }

  override remembered(authorization: string | undefined): Caller | null {
    const key = bearerKey(authorization);
    if (key === null) return null;
    if (this.#isAdminKey(key)) return this.#admin;
    const parts = readKey(key.reveal());
    if (parts === null) return null;
    const known = this.keys.current(parts.keyId);
    if (!this.#isOpenedWith(known, parts)) return null;
    this.uses.used(parts.keyId);
    return known.caller;
  }

  #isAdminKey(key: Secret): boolean {
    return this.#adminKeySha256 !== null && timingSafeEqual(this.#adminKeySha256, key.sha256());
  }

  async #serviceCaller(text: Secret, attempt: Attempt): Promise<Caller> {
    const parts = readKey(text.reveal());
    if (parts === null) throw unauthorized();
    const key = await this.#opened(parts, attempt);
    this.uses.used(parts.keyId);
    return key.caller;
  }

  /** @throws Failure `unauthorized` where the secret is none of the key's, `broker_unavailable` */
  async #opened(parts: KeyParts, attempt: Attempt): Promise<RememberedKey> {
    const current = this.keys.current(parts.keyId);
    if (this.#isOpenedWith(current, parts)) return current;
    const key = await this.#lookUp(parts.keyId, current, attempt);
    if (!this.#isOpenedWith(key, parts)) throw unauthorized();
    return key;
  }

  #isOpenedWith(key: RememberedKey | null | undefined, { secret }: KeyParts): key is RememberedKey {
    return key?.opensWith(secret, this.clock.monotonicMilliseconds(), this.time.nowMilliseconds()) === true;
  }

  /** What is known to be bad takes the same turn as what is not known: the wait tells nobody which ids there are. */
  async #lookUp(
    keyId: string,
    current: RememberedKey | null | undefined,
    attempt: Attempt,
  ): Promise<RememberedKey | null> {
    try {
      const isWorthARead = attempt.charge() || (await this.#isThere(keyId, attempt));
      if (current !== undefined) return current;
      return isWorthARead ? await this.#read(keyId) : null;
    } catch (error) {
      return this.#withoutDatabase(keyId, error);
    }
  }

  /** A database that hangs is away: callers have little time left after they were let in. */
  async #read(keyId: string): Promise<RememberedKey | null> {
    const wait = this.#waitFor(keyId);
    const key = await inTime(this.keys.read(keyId), wait, this.clock);
    if (key === undefined) throw notReadWithin(wait);
    return key;
  }

  async #isThere(keyId: string, { source }: Attempt): Promise<boolean> {
    const wait = this.#waitFor(keyId);
    const isThere = await inTime(this.keys.isThere(keyId, source), wait, this.clock);
    if (isThere === undefined) throw notReadWithin(wait);
    return isThere;
  }

  #waitFor(keyId: string): number {
    return this.keys.last(keyId) === undefined ? coldWaitMilliseconds : rememberedWaitMilliseconds;
  }

  /** As for tokens: what is remembered serves for a while where the database is away altogether, then nothing does. */
  #withoutDatabase(keyId: string, error: unknown): RememberedKey {
    const isAway = error instanceof Failure && error.code === 'broker_unavailable';
    const isCutOff = isAway && this.changes.isCutOff();
    const isInTime = this.changes.secondsSinceDatabaseSeen() <= this.options.serveWithoutDatabaseSeconds;
    const last = this.keys.last(keyId);
    if (!isCutOff || !isInTime || last === undefined) throw error;
    return last;
  }
}

/** One sentence for every cause: a caller learns nothing about which part of a key was right. */
function unauthorized(): Failure {
  return new Failure('unauthorized', 'A valid key is needed: Authorization: Bearer <key>.');
}

function notReadWithin(milliseconds: number): Failure {
  return new Failure('broker_unavailable', 'The broker cannot look up keys at the moment.', {
    internal: `a key was not read within ${String(milliseconds)} ms`,
    retryAfterSeconds: 1,
  });
}
