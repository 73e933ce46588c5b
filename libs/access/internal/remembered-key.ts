import { timingSafeEqual } from 'node:crypto';
import type { Secret } from '#kernel';
import type { ServiceKeyCredential } from './service-key-store.js';
import { Caller } from '../caller.js';
import { actorOfKey } from './actors.js';

/** A service key as it was read, ready to check a caller without asking again. */
export class RememberedKey {
  readonly caller: Caller;
  readonly #secretSha256: readonly Buffer[];
  /** Monotonic milliseconds. */
  readonly #expiresAt: number;
  /** By the database's clock, in milliseconds since 1970. */
  readonly #expiresAtThere: number;

  /** @param sentAt monotonic milliseconds when the read was sent: never later than the database's own `now()` */
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
   * Whether the secret is one of its live ones, and it has not expired; takes as long for a near miss as for a far one.
   * @param nowMilliseconds on the monotonic clock
   * @param nowThere by the database's clock: where that is set forward, what is remembered expires with what is stored
   */
  opensWith(secret: Secret, nowMilliseconds: number, nowThere: number): boolean {
    const sha256 = secret.sha256();
    const matches = this.#secretSha256.map((live) => timingSafeEqual(live, sha256));
    return matches.includes(true) && nowMilliseconds < this.#expiresAt && nowThere < this.#expiresAtThere;
  }
}
