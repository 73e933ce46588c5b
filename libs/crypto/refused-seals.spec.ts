import { inspect } from 'node:util';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { CompactEncrypt, CompactSign } from 'jose';
import { CredentialSealer, CryptoModule, EncryptionKeys } from '#crypto';
import { testEncryptionKey, testEncryptionKeys, testSealer } from '#crypto/testing';
import { Secret } from '#kernel';
import { JweSealer } from './internal/jwe-sealer.js';
import { context, encoded, faultOf, part, plaintext } from './testing/sealed-texts.js';

describe('a text from elsewhere', () => {
  const key = Buffer.from(testEncryptionKey('test').key.reveal(), 'base64');
  const ours = {
    kid: 'test',
    tenant: context.tenantId,
    connection: context.connectionId,
    connectNumber: context.connectNumber,
    attempt: context.attempt,
    purpose: context.purpose,
  };
  const content = Buffer.from('chosen by somebody else');

  it.each([
    ['dir', 'A256GCM'],
    ['A256GCMKW', 'A256GCM'],
    ['A256KW', 'A256CBC-HS512'],
  ])('is refused with the algorithms %s and %s, though the key is right', async (alg, enc) => {
    const sealed = await new CompactEncrypt(content).setProtectedHeader({ ...ours, alg, enc }).encrypt(key);
    expect(await faultOf(testSealer().open(sealed, context))).toBe('algorithm_refused');
  });

  it.each([
    [
      'none',
      `${encoded({ ...ours, alg: 'none', enc: 'A256GCM' })}..bm9uY2U.dGV4dA.dGFn`,
      'algorithm_refused',
    ],
    ['no algorithm', `${encoded(ours)}.a2V5.bm9uY2U.dGV4dA.dGFn`, 'algorithm_refused'],
    ['an empty text', '', 'malformed'],
    ['plaintext', plaintext.reveal(), 'malformed'],
    ['five parts of nonsense', 'a.b.c.d.e', 'malformed'],
    ['a header that is no object', `${encoded([1])}.a2V5.bm9uY2U.dGV4dA.dGFn`, 'malformed'],
  ])('is refused: %s', async (_, text, fault) => {
    expect(await faultOf(testSealer().open(text, context))).toBe(fault);
  });

  it('is refused when signed instead of encrypted', async () => {
    const signed = await new CompactSign(content).setProtectedHeader({ ...ours, alg: 'HS256' }).sign(key);
    expect(await faultOf(testSealer().open(signed, context))).toBe('malformed');
  });

  it.each<[string, object]>([
    ['a compressed one', { zip: 'DEF' }],
    ['one with a member of its own', { more: 1 }],
    ['one whose number is text', { attempt: '3' }],
  ])('is refused, though the key is right: %s', async (_, members) => {
    const header = { ...ours, alg: 'A256KW', enc: 'A256GCM', ...members };
    const sealed = await new CompactEncrypt(content).setProtectedHeader(header).encrypt(key);
    expect(await faultOf(testSealer().open(sealed, context))).toBe('malformed');
  });

  it('does not get its key id into the error unless it could be one of ours', async () => {
    const header = { ...ours, alg: 'A256KW', enc: 'A256GCM', kid: 'x\nFAKE LOG LINE' };
    const sealed = await new CompactEncrypt(content).setProtectedHeader(header).encrypt(key);
    await expect(testSealer().open(sealed, context)).rejects.toThrow(/^unknown_key$/);
  });
});

describe('what can be seen', () => {
  const keyText = testEncryptionKey('test').key.reveal();

  it('is no key, however the sealer and its options are printed', () => {
    const keys = testEncryptionKeys('test');
    for (const thing of [keys, new JweSealer(keys)]) {
      const shown = `${inspect(thing, { depth: 9, showHidden: true })}${JSON.stringify(thing)}`;
      expect(shown).not.toContain(keyText);
      expect(shown).not.toContain(Buffer.from(keyText, 'base64').toString('hex').slice(0, 8));
    }
  });

  it('is no content in an error', async () => {
    const sealer = testSealer();
    const sealed = await sealer.seal(plaintext, context);
    const error: unknown = await sealer
      .open(sealed, { ...context, tenantId: 'globex' })
      .catch((e: unknown) => e);
    const shown = inspect(error, { depth: 9, showHidden: true });
    for (const secret of [plaintext.reveal(), keyText, part(sealed, 3), 'acme'])
      expect(shown).not.toContain(secret);
  });

  it.each<[string, EncryptionKeys]>([
    ['There is no encryption key', { keys: [] }],
    ['There are two encryption keys with the id a', testEncryptionKeys('a', 'a')],
    ['Encryption key b is not 32 bytes long', { keys: [{ keyId: 'b', key: Secret.of('c2hvcnQ=') }] }],
  ])('tells of unusable keys: %s', (message, keys) => {
    expect(() => new JweSealer(keys)).toThrow(new Error(message));
  });
});

const application = { provide: EncryptionKeys, useValue: testEncryptionKeys('march') };

@Global()
@Module({ providers: [application], exports: [application] })
class Application {}

it('is what CryptoModule offers', async () => {
  const module = await Test.createTestingModule({ imports: [Application, CryptoModule] }).compile();
  expect(module.get(CredentialSealer, { strict: false }).currentKeyId).toBe('march');
});
