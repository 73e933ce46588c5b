import { timingSafeEqual } from 'node:crypto';
import type { Secret } from '#kernel';
import type { ServiceKeyCredential } from './service-key-store.js';
import { Caller } from '../caller.js';
import { actorOfKey } from './actors.js';

/** A cached service key that authenticates callers without a query. */
export class RememberedKey {
  readonly caller: Caller;
  readonly #secretSha256: readonly Buffer[];
  /** Monotonic milliseconds. */
  readonly #expiresAt: number;
  /** By the database's clock, in milliseconds since 1970. */
  readonly #expiresAtThere: number;

  /**
   * @param sentAt monotonic milliseconds at which the read was sent: never later than the database's `now()` in it
   */
  constructor(credential: ServiceKeyCredential, sentAt: number) {
    this.caller = new Caller({
      actor: actorOfKey(credential.keyId),
      scopes: credential.scopes,
      tenants: credential.tenants,
    });
    this.#secretSha256 = credential.revokedAt === null ? credential.liveSecretSha256 : [];
    this.#expiresAt =
      credential.expiresInSeconds === null ? Infinity : sentAt + credential.expiresInSeconds * 1_000;
    this.#expiresAtThere = credential.expiresAt?.getTime() ?? Infinity;
  }

  /**
   * Whether the secret is valid and the key has not expired, in constant time.
   * @param nowMilliseconds monotonic milliseconds
   * @param nowThere time by the database's clock: if that is set forward, cached keys expire with the stored ones
   */
  opensWith(secret: Secret, nowMilliseconds: number, nowThere: number): boolean {
    const sha256 = secret.sha256();
    const matches = this.#secretSha256.map((live) => timingSafeEqual(live, sha256));
    return matches.includes(true) && nowMilliseconds < this.#expiresAt && nowThere < this.#expiresAtThere;
  }
}
