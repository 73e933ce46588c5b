import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import type { SealContext } from '#crypto';
import { testEncryptionKey, testSealer } from '#crypto/testing';
import { JweSealer } from './internal/jwe-sealer.js';
import { context, encoded, faultOf, flipped, part, plaintext, withPart } from './testing/sealed-texts.js';

describe('a sealed credential', () => {
  it('opens again where it was sealed', async () => {
    const sealer = testSealer();
    const opened = await sealer.open(await sealer.seal(plaintext, context), context);
    expect(opened.reveal()).toBe(plaintext.reveal());
  });

  it('is a compact JWE, A256KW with A256GCM, that names its key', async () => {
    const sealed = await testSealer('march').seal(plaintext, context);
    expect(sealed).toMatch(/^[A-Za-z0-9_.-]+$/);
    expect(decodeProtectedHeader(sealed)).toMatchObject({ alg: 'A256KW', enc: 'A256GCM', kid: 'march' });
  });

  it('never looks the same twice', async () => {
    const sealer = testSealer();
    const [one, other] = [await sealer.seal(plaintext, context), await sealer.seal(plaintext, context)];
    for (const index of [1, 2, 3, 4]) expect(part(one, index)).not.toBe(part(other, index));
  });

  it.each([
    [1, 'content key'],
    [2, 'nonce'],
    [3, 'ciphertext'],
    [4, 'tag'],
  ])('does not open with its part %i (%s) changed', async (index) => {
    const sealer = testSealer();
    const sealed = await sealer.seal(plaintext, context);
    const changed = withPart(sealed, index, flipped(part(sealed, index)));
    expect(await faultOf(sealer.open(changed, context))).toBe('tampered');
  });

  it.each(['tenant', 'connection', 'connectNumber', 'attempt', 'purpose'])(
    'does not open with %s rewritten in its header, even where the context matches the rewriting',
    async (member) => {
      const sealer = testSealer();
      const elsewhere: SealContext = {
        tenantId: 'globex',
        connectionId: 'another',
        connectNumber: 8,
        attempt: 4,
        purpose: 'refresh_token',
      };
      const sealed = await sealer.seal(plaintext, context);
      const wanted = decodeProtectedHeader(await sealer.seal(plaintext, elsewhere)) as Record<
        string,
        unknown
      >;
      const rewritten = withPart(
        sealed,
        0,
        encoded({ ...decodeProtectedHeader(sealed), [member]: wanted[member] }),
      );
      expect(await faultOf(sealer.open(rewritten, elsewhere))).toBe('tampered');
    },
  );

  it.each<[string, Partial<SealContext>]>([
    ['for another tenant', { tenantId: 'globex' }],
    ['for another connection', { connectionId: '0b8e4a52-5a37-4b68-9e0c-6f1f5b1f0002' }],
    ['after the connection was connected anew', { connectNumber: 8 }],
    ['in place of the grant of a later attempt', { attempt: 4 }],
    ['as the refresh token', { purpose: 'refresh_token' }],
  ])('does not open %s', async (_, other) => {
    const sealer = testSealer();
    const sealed = await sealer.seal(plaintext, context);
    expect(await faultOf(sealer.open(sealed, { ...context, ...other }))).toBe('other_context');
  });

  it('does not open in either row after those of two tenants were swapped', async () => {
    const sealer = testSealer();
    const globex = { ...context, tenantId: 'globex', connectionId: 'theirs' };
    const [ours, theirs] = [await sealer.seal(plaintext, context), await sealer.seal(plaintext, globex)];
    expect(await faultOf(sealer.open(theirs, context))).toBe('other_context');
    expect(await faultOf(sealer.open(ours, globex))).toBe('other_context');
  });

  it('is refused for a number that is not whole, instead of never opening again', async () => {
    const fromText = { ...context, connectNumber: '7' as unknown as number };
    await expect(testSealer().seal(plaintext, fromText)).rejects.toThrow(RangeError);
  });
});

describe('rotating the keys', () => {
  it('lets the first key seal and every key open', async () => {
    const before = testSealer('old', 'new');
    const after = testSealer('new', 'old');
    const sealedBefore = await before.seal(plaintext, context);
    const sealedAfter = await after.seal(plaintext, context);

    expect([before.currentKeyId, after.currentKeyId]).toEqual(['old', 'new']);
    expect(decodeProtectedHeader(sealedAfter)).toMatchObject({ kid: 'new' });
    // Replicas of both kinds run side by side while the keys change places.
    for (const sealer of [before, after]) {
      expect((await sealer.open(sealedBefore, context)).reveal()).toBe(plaintext.reveal());
      expect((await sealer.open(sealedAfter, context)).reveal()).toBe(plaintext.reveal());
    }
  });

  it('names the key that was taken away too early', async () => {
    const sealed = await testSealer('old').seal(plaintext, context);
    const opening = testSealer('new').open(sealed, context);
    await expect(opening).rejects.toThrow('unknown_key: old');
  });

  it('does not open with other bytes under the same id', async () => {
    const sealed = await testSealer('march').seal(plaintext, context);
    const other = new JweSealer({ keys: [{ keyId: 'march', key: testEncryptionKey('april').key }] });
    expect(await faultOf(other.open(sealed, context))).toBe('tampered');
  });
});
