import type { Secret } from '#kernel';

export interface EncryptionKey {
  /** 1 to 32 of `A-Z a-z 0-9 _ -`; travels with everything that the key seals. */
  readonly keyId: string;
  /** Standard base64 of exactly 32 bytes. */
  readonly key: Secret;
}

/** Filled from configuration by the application's module. */
export abstract class EncryptionKeys {
  /** The first seals; all of them open. */
  abstract readonly keys: readonly EncryptionKey[];
}
