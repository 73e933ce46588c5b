import { Inject, Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { Clock, Failure, type Secret } from '#kernel';
import { ChangeFeed } from '#store';
import { Authenticator } from '../authenticator.js';
import { Caller } from '../caller.js';
import { AccessOptions } from '../options.js';
import { adminKeyActor } from './actors.js';
import { bearerKey } from './bearer.js';
import { readKey } from './key-text.js';
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
  ) {
    super();
    this.#adminKeySha256 = options.adminKey?.sha256() ?? null;
  }

  override async authenticate(authorization: string | undefined): Promise<Caller> {
    const key = bearerKey(authorization);
    if (key === null) throw unauthorized();
    if (this.#isAdminKey(key)) return this.#admin;
    return this.#serviceCaller(key);
  }

  #isAdminKey(key: Secret): boolean {
    return this.#adminKeySha256 !== null && timingSafeEqual(this.#adminKeySha256, key.sha256());
  }

  async #serviceCaller(text: Secret): Promise<Caller> {
    const parts = readKey(text.reveal());
    if (parts === null) throw unauthorized();
    const key = await this.#find(parts.keyId);
    if (key?.opensWith(parts.secret, this.clock.monotonicMilliseconds()) !== true) throw unauthorized();
    this.uses.used(parts.keyId);
    return key.caller;
  }

  async #find(keyId: string): Promise<RememberedKey | null> {
    const current = this.keys.current(keyId);
    if (current !== undefined) return current;
    try {
      return await this.#read(keyId);
    } catch (error) {
      return this.#withoutDatabase(keyId, error);
    }
  }

  /** A database that hangs is away: callers have little time left after they were let in. */
  async #read(keyId: string): Promise<RememberedKey | null> {
    const isRemembered = this.keys.last(keyId) !== undefined;
    const wait = isRemembered ? rememberedWaitMilliseconds : coldWaitMilliseconds;
    const key = await inTime(this.keys.read(keyId), wait, this.clock);
    if (key !== undefined) return key;
    throw new Failure('broker_unavailable', 'The broker cannot look up keys at the moment.', {
      internal: `a key was not read within ${String(wait)} ms`,
      retryAfterSeconds: 1,
    });
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
