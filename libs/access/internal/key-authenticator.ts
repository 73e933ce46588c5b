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

/** Maximum duration of a read with a cached key to fall back on, and without one. */
const rememberedWaitMilliseconds = 1_000;
const coldWaitMilliseconds = 2_000;

/** Authenticates the configured admin key and service keys. A hot call uses only memory. */
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

  /** @throws Failure `unauthorized` if the secret does not belong to the key, `broker_unavailable` */
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

  /** Keys that are known to be bad wait like unknown ones, so that the delay does not reveal which ids exist. */
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

  /** A database that hangs counts as away, because callers need time after authentication. */
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

  /** As with tokens, a cached key is accepted for a limited time while the database is away. */
  #withoutDatabase(keyId: string, error: unknown): RememberedKey {
    const isAway = error instanceof Failure && error.code === 'broker_unavailable';
    const isCutOff = isAway && this.changes.isCutOff();
    const isInTime = this.changes.secondsSinceDatabaseSeen() <= this.options.serveWithoutDatabaseSeconds;
    const last = this.keys.last(keyId);
    if (!isCutOff || !isInTime || last === undefined) throw error;
    return last;
  }
}

/** One sentence for every cause, so that a caller does not learn which part of a key was right. */
function unauthorized(): Failure {
  return new Failure('unauthorized', 'A valid key is needed: Authorization: Bearer <key>.');
}

function notReadWithin(milliseconds: number): Failure {
  return new Failure('broker_unavailable', 'The broker cannot look up keys at the moment.', {
    internal: `a key was not read within ${String(milliseconds)} ms`,
    retryAfterSeconds: 1,
  });
}
