import { createSecretKey, type webcrypto } from 'node:crypto';
import type { EncryptionKey } from '../encryption-keys.js';

type WrappingKey = webcrypto.CryptoKey;

/**
 * Our keys by their id, imported once. They can wrap and unwrap and nothing else: not even this process can read
 * their bytes back, and printing one shows its algorithm alone.
 */
export class WrappingKeys {
  readonly currentKeyId: string;
  readonly current: WrappingKey;
  readonly #byId: ReadonlyMap<string, WrappingKey>;

  /** @throws Error naming the key id, never its bytes, where the set is unusable */
  constructor(keys: readonly EncryptionKey[]) {
    const first = keys[0];
    if (first === undefined) throw new Error('There is no encryption key');
    const byId = new Map<string, WrappingKey>();
    for (const key of keys) {
      if (byId.has(key.keyId)) throw new Error(`There are two encryption keys with the id ${key.keyId}`);
      byId.set(key.keyId, imported(key));
    }
    this.currentKeyId = first.keyId;
    this.current = byId.get(first.keyId) ?? imported(first);
    this.#byId = byId;
  }

  find(keyId: string): WrappingKey | undefined {
    return this.#byId.get(keyId);
  }
}

function imported({ keyId, key }: EncryptionKey): WrappingKey {
  const bytes = Buffer.from(key.reveal(), 'base64');
  if (bytes.length !== 32) throw new Error(`Encryption key ${keyId} is not 32 bytes long`);
  const wrappingKey = createSecretKey(bytes).toCryptoKey('AES-KW', false, ['wrapKey', 'unwrapKey']);
  bytes.fill(0);
  return wrappingKey;
}
