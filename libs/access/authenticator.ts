import type { Attempt } from '#kernel';
import type { Caller } from './caller.js';

/** Identifies the caller of a request. */
export abstract class Authenticator {
  /**
   * @param authorization the request's `Authorization` header, `Bearer <key>` (RFC 6750 section 2.1)
   * @param attempt charged before the key is looked up; a key that is remembered needs no look, and charges nothing.
   * Where nothing is left, the look is shared with all others of its kind. Left out: nobody counts.
   * @throws Failure `unauthorized`, the same for a missing, unknown, wrong, revoked and expired key;
   * `broker_unavailable` where the key can't be looked up now
   */
  abstract authenticate(authorization: string | undefined, attempt?: Attempt): Promise<Caller>;

  /**
   * Authenticates from memory, with proof that the memory is current.
   * @returns null if `authenticate` has to decide
   */
  abstract remembered(authorization: string | undefined): Caller | null;
}
