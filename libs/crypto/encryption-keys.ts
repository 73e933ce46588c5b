import type { Secret } from '#kernel';

export interface EncryptionKey {
  /** 1 to 32 characters of `A-Z a-z 0-9 _ -`. Every encrypted text names it. */
  readonly keyId: string;
  /** Standard base64 of exactly 32 bytes. */
  readonly key: Secret;
}

/** Filled from configuration by the application's module. */
export abstract class EncryptionKeys {
  /** The first seals; all of them open. */
  abstract readonly keys: readonly EncryptionKey[];
}
