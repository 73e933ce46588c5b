import { describe, expect, it } from '@jest/globals';
import { parseTenantId, type ApiVersion } from '#kernel';
import type { StartConnect } from '../connect-sessions.js';
import { testOptions } from '../testing/index.js';
import { sessionTerms } from './new-session.js';

const tenantId = parseTenantId('acme');

function terms(request: Partial<StartConnect> = {}) {
  return sessionTerms({ tenantId, ...request }, testOptions({ redirectOrigins: ['https://app.example'] }));
}

describe('what a service asks for', () => {
  it('is filled with the configured defaults', () => {
    expect(terms()).toEqual({
      tenantId: 'acme',
      apiVersion: 'v1',
      apiUrl: 'https://api.deskera.example',
      redirectUri: null,
      orgId: null,
      label: null,
      activation: 'callback',
      lifeSeconds: 900,
      startedBy: null,
    });
  });

  it('is taken over', () => {
    const request = {
      redirectUri: 'https://app.example/done',
      apiVersion: 'v2',
      org: '11242',
      label: '  Acme <Ltd> 株式会社 ',
      activation: 'browser',
    } as const;
    expect(terms(request)).toMatchObject({
      redirectUri: 'https://app.example/done',
      apiVersion: 'v2',
      orgId: '11242',
      label: 'Acme <Ltd> 株式会社',
      activation: 'browser',
    });
  });

  it.each([
    ['apiVersion', { apiVersion: 'v3' as ApiVersion }],
    ['activation', { activation: 'never' as 'callback' }],
    ['org', { org: '' }],
    ['org', { org: 'a'.repeat(129) }],
    ['org', { org: '11242\u0000' }],
    ['label', { label: '   ' }],
    ['label', { label: 'a'.repeat(121) }],
    ['label', { label: 'two\nlines' }],
    ['label', { label: 'turned \u202e around' }],
    ['label', { label: 'half \ud800 a pair' }],
  ])('is refused for its %s: %j', (field, request) => {
    const failure = expect.objectContaining({
      code: 'invalid_request',
      extensions: { errors: [expect.objectContaining({ field })] },
    });
    expect(() => terms(request)).toThrow(failure);
  });
});

describe('a text that a page shows', () => {
  it.each([
    '\u200b',
    '\u200d',
    '\u061c',
    '\u0600',
    '\u202e',
    '\u2028',
    '\u{e0041}',
    '\ufe0f',
    '\u3164',
    '\ue000',
  ])('is refused with the invisible character %j in it', (character) => {
    for (const field of ['label', 'org'])
      expect(() => terms({ [field]: `Ac${character}me` })).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      );
  });
});
