import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EncryptionKeys, type EncryptionKey } from '../encryption-keys.js';
import { SiteSealer, type SiteContext, type SiteVerdict } from '../site-sealer.js';

const purpose = 'deskera-token-broker site seal';
const members = ['tenantId', 'connectionId', 'connectNumber', 'apiUrl', 'apiVersion'] as const;
const ofTheGrant = ['tenantId', 'connectionId', 'connectNumber'] as const;

/**
 * One compact JWS (RFC 7515, HS256) per grant. Its keys are derived from the encryption keys (HKDF, RFC 5869), so that no
 * key is used for two algorithms.
 */
@Injectable()
export class HmacSiteSealer extends SiteSealer {
  override readonly currentKeyId: string;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  constructor({ keys }: EncryptionKeys) {
    super();
    this.#keys = new Map(keys.map((key) => [key.keyId, derived(key)]));
    this.currentKeyId = keys[0]?.keyId ?? '';
  }

  override seal(site: SiteContext): string {
    const header = encoded({ alg: 'HS256', kid: this.currentKeyId });
    const payload = encoded(Object.fromEntries(members.map((member) => [member, site[member]])));
    const signed = `${header}.${payload}`;
    return `${signed}.${this.#mac(this.currentKeyId, signed)?.toString('base64url') ?? ''}`;
  }

  override judge(sealed: string | null, site: SiteContext): SiteVerdict {
    const said = sealed === null ? null : this.#read(sealed);
    if (said === null || ofTheGrant.some((member) => said[member] !== site[member])) return 'unproven';
    return members.every((member) => said[member] === site[member]) ? 'proven' : 'contradicted';
  }

  /** @returns null where it was not sealed by one of our keys */
  #read(sealed: string): Readonly<Record<string, unknown>> | null {
    const [header = '', payload = '', signature = '', ...more] = sealed.split('.');
    const { kid, alg } = decoded(header);
    if (more.length > 0 || alg !== 'HS256' || typeof kid !== 'string') return null;
    const expected = this.#mac(kid, `${header}.${payload}`);
    const given = Buffer.from(signature, 'base64url');
    const isOurs = expected?.length === given.length && timingSafeEqual(expected, given);
    return isOurs ? decoded(payload) : null;
  }

  #mac(keyId: string, text: string): Buffer | undefined {
    const key = this.#keys.get(keyId);
    return key === undefined ? undefined : createHmac('sha256', key).update(text).digest();
  }
}

function derived({ key }: EncryptionKey): KeyObject {
  const bytes = Buffer.from(key.reveal(), 'base64');
  const material = Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), purpose, 32));
  const made = createSecretKey(material);
  bytes.fill(0);
  material.fill(0);
  return made;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decoded(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
