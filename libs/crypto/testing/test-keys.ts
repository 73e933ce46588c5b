import { createHash } from 'node:crypto';
import { Secret } from '#kernel';
import type { CredentialSealer } from '../credential-sealer.js';
import type { EncryptionKey, EncryptionKeys } from '../encryption-keys.js';
import { HmacSiteSealer } from '../internal/hmac-site-sealer.js';
import { JweSealer } from '../internal/jwe-sealer.js';
import type { SiteSealer } from '../site-sealer.js';

/** The same id gives the same key in every process of a test. */
export function testEncryptionKey(keyId: string): EncryptionKey {
  return { keyId, key: Secret.of(createHash('sha256').update(`test key ${keyId}`).digest('base64')) };
}

export function testEncryptionKeys(...keyIds: readonly string[]): EncryptionKeys {
  return { keys: keyIds.map(testEncryptionKey) };
}

/** The real sealer with test keys: the first of them seals, all open. */
export function testSealer(...keyIds: readonly string[]): CredentialSealer {
  return new JweSealer(testEncryptionKeys(...(keyIds.length === 0 ? ['test'] : keyIds)));
}

/** The real site sealer with test keys: the first of them seals, all are believed. */
export function testSiteSealer(...keyIds: readonly string[]): SiteSealer {
  return new HmacSiteSealer(testEncryptionKeys(...(keyIds.length === 0 ? ['test'] : keyIds)));
}
