import type { Secret } from '#kernel';

/**
 * The row, the two numbers and the purpose that a credential is encrypted for; decryption requires the same values. A
 * webhook secret has its endpoint in place of the connection, its own number in place of the connect's, and no
 * tenant.
 */
export interface SealContext {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly connectNumber: number;
  readonly attempt: number;
  readonly purpose: 'token' | 'refresh_token' | 'webhook_secret';
}

/** Encrypts credentials at rest and binds them to their row. */
export abstract class CredentialSealer {
  /** Id of the key that encrypts; older keys only decrypt. */
  abstract readonly currentKeyId: string;

  /**
   * @returns ASCII text, different at each call, that reveals its key, its context and the length of the plaintext,
   * and nothing else
   */
  abstract seal(plaintext: Secret, context: SealContext): Promise<string>;

  /**
   * The key id in an encrypted text, without proof.
   * @param sealed an encrypted text, or only its first part
   * @returns null if the text names no key
   */
  abstract keyIdOf(sealed: string): string | null;

  /** @throws SealBroken if the text was not encrypted by one of the keys for exactly this context */
  abstract open(sealed: string, context: SealContext): Promise<Secret>;
}
