import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTenantPattern, TenantPatterns } from './tenant-patterns.js';

describe('isTenantPattern', () => {
  it.each(['acme', 'a', 'ACME.eu_1:x@y-z', 'acme*', 'acme:*', '*', 'a'.repeat(128), `${'a'.repeat(127)}*`])(
    'takes %s',
    (pattern) => {
      expect(isTenantPattern(pattern)).toBe(true);
    },
  );

  it.each(['', ' ', 'a b', '**', 'a*b', '*a', 'a/b', 'é', 'a\n', 'a'.repeat(129), `${'a'.repeat(128)}*`])(
    'refuses %j',
    (pattern) => {
      expect(isTenantPattern(pattern)).toBe(false);
    },
  );
});

describe('TenantPatterns', () => {
  it.each([
    { patterns: ['acme'], tenantId: 'acme', covered: true },
    { patterns: ['acme'], tenantId: 'acme2', covered: false },
    { patterns: ['acme'], tenantId: 'Acme', covered: false },
    { patterns: ['acme*'], tenantId: 'acme', covered: true },
    { patterns: ['acme*'], tenantId: 'acme2', covered: true },
    { patterns: ['acme*'], tenantId: 'acm', covered: false },
    { patterns: ['acme-*', 'other'], tenantId: 'other', covered: true },
    { patterns: ['*'], tenantId: 'anything', covered: true },
    { patterns: [], tenantId: 'acme', covered: false },
    { patterns: ['a.me'], tenantId: 'acme', covered: false },
    { patterns: ['**', 'a*e', ''], tenantId: 'acme', covered: false },
  ])('$patterns covers $tenantId: $covered', ({ patterns, tenantId, covered }) => {
    expect(new TenantPatterns(patterns).cover(tenantId)).toBe(covered);
  });

  it('never cover a tenant that no pattern names, and all of a prefix', () => {
    const tenantId = fc.stringMatching(/^[A-Za-z0-9._:@-]{1,20}$/);
    fc.assert(
      fc.property(tenantId, tenantId, (one, other) => {
        const exact = new TenantPatterns([one]).cover(other) === (one === other);
        const prefix = new TenantPatterns([`${one}*`]).cover(other) === other.startsWith(one);
        return exact && prefix;
      }),
    );
  });
});
