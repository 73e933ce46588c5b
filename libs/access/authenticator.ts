import type { Caller } from './caller.js';

/** Tells who is calling. */
export abstract class Authenticator {
  /**
   * @param authorization the request's `Authorization` header, `Bearer <key>` (RFC 6750 section 2.1)
   * @throws Failure `unauthorized`, the same for a missing, unknown, wrong, revoked and expired key;
   * `broker_unavailable` where the key can't be looked up now
   */
  abstract authenticate(authorization: string | undefined): Promise<Caller>;
}
