import { SealBroken, type SealFault } from '../seal-broken.js';
import type { SealContext } from '../credential-sealer.js';
import { Secret } from '#kernel';

export const context: SealContext = {
  tenantId: 'acme',
  connectionId: '0b8e4a52-5a37-4b68-9e0c-6f1f5b1f0001',
  connectNumber: 7,
  attempt: 3,
  purpose: 'token',
};
export const plaintext = Secret.of('eyJhbGciOiJSUzI1NiJ9.a-token-with-ünïcode.signature');

export async function faultOf(opening: Promise<unknown>): Promise<SealFault> {
  const error: unknown = await opening.then(
    () => new Error('it opened'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SealBroken)) throw error;
  return error.fault;
}

export function part(sealed: string, index: number): string {
  return sealed.split('.')[index] ?? '';
}

export function withPart(sealed: string, index: number, text: string): string {
  return sealed.split('.').with(index, text).join('.');
}

/** Another character in the middle, so that it is real bits that change and not padding. */
export function flipped(text: string): string {
  const middle = Math.floor(text.length / 2);
  return `${text.slice(0, middle)}${text[middle] === 'A' ? 'B' : 'A'}${text.slice(middle + 1)}`;
}

export function encoded(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}
