import type { Secret } from '#kernel';

/**
 * The row, the two numbers and the use that a credential is sealed for: it opens for exactly these again. A webhook's
 * secret has its endpoint in place of the connection, its own number in place of the connect's, and no tenant.
 */
export interface SealContext {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly connectNumber: number;
  readonly attempt: number;
  readonly purpose: 'token' | 'refresh_token' | 'webhook_secret';
}

/** Keeps credentials unreadable at rest, and bound to the place they were put. */
export abstract class CredentialSealer {
  /** The id of the key that seals now; older keys only open. */
  abstract readonly currentKeyId: string;

  /**
   * @returns ASCII text, different at each call, which tells its key and its place but nothing of the plaintext
   * save its length.
   */
  abstract seal(plaintext: Secret, context: SealContext): Promise<string>;

  /**
   * The id of the key that a text says it was sealed under; it proves nothing.
   * @param sealed a sealed text, or its first part alone
   * @returns null where it does not say so
   */
  abstract keyIdOf(sealed: string): string | null;

  /** @throws SealBroken where the text was not sealed by one of our keys for exactly this context */
  abstract open(sealed: string, context: SealContext): Promise<Secret>;
}
