import { describe, expect, it } from '@jest/globals';
import type { SiteContext } from '#crypto';
import { testSiteSealer } from '#crypto/testing';
import { encoded, flipped, part, withPart } from './testing/sealed-texts.js';

const site: SiteContext = {
  tenantId: 'acme',
  connectionId: '0b8e4a52-5a37-4b68-9e0c-6f1f5b1f0001',
  connectNumber: 7,
  apiUrl: 'https://bifrost.deskera.com',
  apiVersion: 'v2',
};
const sealer = testSiteSealer();
const sealed = sealer.seal(site);

describe('A site seal', () => {
  it('proves the site that it was made for.', () => {
    expect(sealer.judge(sealed, site)).toBe('proven');
    expect(testSiteSealer('new', 'test').judge(sealed, site)).toBe('proven');
  });

  it.each([{ apiUrl: 'https://attacker.example' }, { apiVersion: 'v1' }])(
    'contradicts another site of the same grant: %j.',
    (change) => {
      expect(sealer.judge(sealed, { ...site, ...change })).toBe('contradicted');
    },
  );

  it.each([{ tenantId: 'globex' }, { connectionId: 'another' }, { connectNumber: 8 }])(
    'says nothing of another grant: %j.',
    (change) => {
      expect(sealer.judge(sealed, { ...site, ...change })).toBe('unproven');
      expect(sealer.judge(sealed, { ...site, apiUrl: 'https://attacker.example', ...change })).toBe(
        'unproven',
      );
    },
  );

  it.each([
    ['missing', null],
    ['empty', ''],
    ['nonsense', 'a.b.c'],
    ['a changed payload', withPart(sealed, 1, encoded({ ...site, apiUrl: 'https://attacker.example' }))],
    ['a changed signature', withPart(sealed, 2, flipped(part(sealed, 2)))],
    ['no signature', withPart(sealed, 2, '')],
    ['another algorithm', withPart(sealed, 0, encoded({ alg: 'none', kid: 'test' }))],
    ['a key that is not ours', testSiteSealer('other').seal(site)],
    ['a further part', `${sealed}.x`],
  ])('that is %s proves nothing.', (_, text) => {
    expect(sealer.judge(text, { ...site, apiUrl: 'https://attacker.example' })).toBe('unproven');
    expect(sealer.judge(text, site)).toBe('unproven');
  });
});
