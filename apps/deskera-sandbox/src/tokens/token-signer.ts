import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { asciiJson } from './ascii-json.js';

/** Deskera names no key: neither `kid` nor a published key set. */
const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT' })).toString('base64url');

const generate = promisify(generateKeyPair);

/** Signs and checks the sandbox's JWTs (RFC 7515, RS256). Equal claims give an equal token: the scheme has no salt. */
export class TokenSigner {
  private readonly publicKey: KeyObject;

  constructor(private readonly privateKey: KeyObject) {
    this.publicKey = createPublicKey(privateKey);
  }

  static async generate(): Promise<TokenSigner> {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 });
    return new TokenSigner(privateKey);
  }

  static fromPem(pem: string): TokenSigner {
    return new TokenSigner(createPrivateKey(pem));
  }

  toPem(): string {
    return this.privateKey.export({ type: 'pkcs8', format: 'pem' });
  }

  sign(claims: object): string {
    const content = `${header}.${Buffer.from(asciiJson(claims)).toString('base64url')}`;
    return `${content}.${sign('RSA-SHA256', Buffer.from(content), this.privateKey).toString('base64url')}`;
  }

  /** The claims of a token that was signed here; null for anything else. */
  read(token: string): Readonly<Record<string, unknown>> | null {
    const [head, payload, signature, ...rest] = token.split('.');
    if (head !== header || payload === undefined || signature === undefined || rest.length > 0) return null;
    const content = Buffer.from(`${head}.${payload}`);
    const signatureBytes = Buffer.from(signature, 'base64url');
    if (signatureBytes.toString('base64url') !== signature) return null;
    if (!verify('RSA-SHA256', content, this.publicKey, signatureBytes)) return null;
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  }
}
