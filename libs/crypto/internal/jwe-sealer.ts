import { Injectable } from '@nestjs/common';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { Secret } from '#kernel';
import { CredentialSealer, type SealContext } from '../credential-sealer.js';
import { EncryptionKeys } from '../encryption-keys.js';
import { SealBroken } from '../seal-broken.js';
import {
  claimedKeyId,
  contentEncryption,
  headerFor,
  keyManagement,
  readHeader,
  requireSameContext,
} from './seal-header.js';
import { WrappingKeys } from './wrapping-keys.js';

const onlyOurAlgorithms = {
  keyManagementAlgorithms: [keyManagement],
  contentEncryptionAlgorithms: [contentEncryption],
};

/**
 * One compact JWE (RFC 7516) per credential: AES Key Wrap of a content key drawn anew for each, which AES-GCM then
 * uses once, so that there is no number of messages after which a key is worn out.
 */
@Injectable()
export class JweSealer extends CredentialSealer {
  readonly #keys: WrappingKeys;

  constructor(encryptionKeys: EncryptionKeys) {
    super();
    this.#keys = new WrappingKeys(encryptionKeys.keys);
  }

  override get currentKeyId(): string {
    return this.#keys.currentKeyId;
  }

  override async seal(plaintext: Secret, context: SealContext): Promise<string> {
    return new CompactEncrypt(Buffer.from(plaintext.reveal(), 'utf8'))
      .setProtectedHeader(headerFor(this.#keys.currentKeyId, context))
      .encrypt(this.#keys.current);
  }

  override async open(sealed: string, context: SealContext): Promise<Secret> {
    const header = readHeader(sealed);
    const plaintext = await this.#decrypt(sealed, header.kid);
    // Only now is the header proven: GCM authenticates it together with the plaintext.
    requireSameContext(header, context);
    return Secret.of(plaintext);
  }

  override keyIdOf(sealed: string): string | null {
    return claimedKeyId(sealed);
  }

  async #decrypt(sealed: string, keyId: string): Promise<string> {
    const key = this.#keys.find(keyId);
    if (key === undefined) throw new SealBroken('unknown_key', nameOfKey(keyId));
    try {
      const { plaintext } = await compactDecrypt(sealed, key, onlyOurAlgorithms);
      return Buffer.from(plaintext).toString('utf8');
    } catch {
      throw new SealBroken('tampered');
    }
  }
}

/** The id comes from an unproven header: it is told where it could be one of ours, for whoever looks for the key. */
function nameOfKey(keyId: string): string | undefined {
  return /^[A-Za-z0-9_-]{1,32}$/.test(keyId) ? keyId : undefined;
}
