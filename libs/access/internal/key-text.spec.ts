import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { bearerKey } from './bearer.js';
import { newKey, readKey } from './key-text.js';

describe('service keys as text', () => {
  it('are read back as they were made', () => {
    const made = newKey();
    const read = readKey(made.key.reveal());
    expect(read?.keyId).toBe(made.keyId);
    expect(read?.secret.reveal()).toBe(made.secret.reveal());
  });

  it('have one reading, whatever the secret is made of', () => {
    const keyId = fc.stringMatching(/^[A-Za-z0-9-]{12,64}$/);
    const secret = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    fc.assert(
      fc.property(keyId, secret, (id, text) => {
        const read = readKey(`dtb_${id}_${text}`);
        return read?.keyId === id && read.secret.reveal() === text;
      }),
    );
  });

  it('may have underscores in the secret', () => {
    const secret = `__${'a'.repeat(40)}_`;
    expect(readKey(`dtb_0123456789ab_${secret}`)?.secret.reveal()).toBe(secret);
  });

  it.each([
    '',
    'dtb_',
    'dtb__',
    `dtb_short_${'a'.repeat(43)}`,
    `dtb_0123456789ab_${'a'.repeat(42)}`,
    `dtb_0123456789ab_${'a'.repeat(44)}`,
    `dtb_0123456789ab-${'a'.repeat(43)}`,
    `DTB_0123456789ab_${'a'.repeat(43)}`,
    `dtb_0123456789ab_${'a'.repeat(42)}=`,
    `dtb_0123456789ab_${'a'.repeat(43)}\n`,
    ` dtb_0123456789ab_${'a'.repeat(43)}`,
  ])('%j is none', (text) => {
    expect(readKey(text)).toBeNull();
  });

  it('show nothing when printed', () => {
    const made = newKey();
    expect(inspect(made) + JSON.stringify(made)).not.toContain(made.secret.reveal());
  });
});

describe('bearerKey', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER   abc', 'Bearer abc '])('reads %j', (header) => {
    expect(bearerKey(header)?.reveal()).toBe('abc');
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic abc',
    'abc',
    'Bearer a b',
    'Bearerabc',
    'Bearer é',
    `Bearer ${'a'.repeat(1_025)}`,
  ])('finds no key in %j', (header) => {
    expect(bearerKey(header)).toBeNull();
  });
});
