import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { testSealer } from '#crypto/testing';
import { ManualClock } from '#kernel/testing';
import type { SpooledGrant } from '../grant-spool.js';
import { parseEntry } from './entry-parser.js';
import { EntrySeal } from './entry-seal.js';
import { EntryNewer, EntryUnreadable } from './entry-unreadable.js';
import { entryText } from './sealed-entry.js';
import { connectGrant, refreshGrant } from '../testing/sample-grants.js';
import { testSites } from '../testing/test-sites.js';

const clock = new ManualClock();
const seal = new EntrySeal(testSealer(), testSites(), clock);

async function textOf(grant: SpooledGrant): Promise<string> {
  return entryText(await seal.seal(grant));
}

/** The text with one member, named by its path, set to another value (undefined: taken away). */
function withMember(text: string, path: string, value: unknown): string {
  const entry = JSON.parse(text) as Record<string, Record<string, unknown>>;
  const [first = '', second] = path.split('.');
  if (second === undefined) Object.assign(entry, { [first]: value });
  else Object.assign(entry[first] ?? {}, { [second]: value });
  return JSON.stringify(entry);
}

describe('the text of an entry', () => {
  it.each([
    ['a refresh', refreshGrant(clock)],
    ['a connect', connectGrant(clock)],
    ['a connect that knows nothing', connectGrant(clock, { orgId: null, orgName: null, word: 'unknown' })],
  ])('reads back as what was written: %s', async (_, grant) => {
    const sealed = await seal.seal(grant);
    expect(parseEntry(entryText(sealed))).toEqual(sealed);
  });

  it('holds only what is named, whatever else the objects carry', async () => {
    const grant = {
      ...refreshGrant(clock),
      orgId: 'more',
      next: { ...refreshGrant(clock).next, email: 'more' },
    };
    expect(await textOf(grant)).not.toContain('more');
  });

  it('may hold members that are not known: no grant is lost for one', async () => {
    const text = await textOf(refreshGrant(clock));
    expect(parseEntry(withMember(text, 'later', true))).toEqual(parseEntry(text));
  });

  it('is unreadable wherever it is cut off', async () => {
    const text = await textOf(connectGrant(clock));
    for (let length = 0; length < text.length; length += 1)
      expect(() => parseEntry(text.slice(0, length))).toThrow(EntryUnreadable);
  });

  it('is a newer broker’s where its version says so, whatever else it holds', () => {
    expect(() => parseEntry('{"version":2,"kind":"else"}')).toThrow(EntryNewer);
  });

  it('never fails in another way, whatever is in the file', () => {
    const unreadable = (text: string) => {
      expect(() => parseEntry(text)).toThrow(EntryUnreadable);
    };
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), unreadable), { numRuns: 300 });
  });
});

describe('a refresh is unreadable', () => {
  it.each([
    ['version', 0],
    ['version', '1'],
    ['kind', 'replace'],
    ['tenantId', 'a tenant'],
    ['tenantId', undefined],
    ['connectionId', '../../etc/passwd'],
    ['connectNumber', -1],
    ['connectNumber', 1.5],
    ['attempt', '3'],
    ['attempt', 2 ** 60],
    ['leaseId', null],
    ['grant', null],
    ['grant', []],
    ['grant.sealedToken', 'not sealed'],
    ['grant.sealedRefreshToken', undefined],
    ['grant.fingerprint', 'ABCDEF0123456789'],
    ['grant.refreshTokenSha256', 'ab'],
    ['grant.tokenLifeSeconds', -1],
    ['grant.tokenLifeSeconds', '3600'],
    ['grant.refreshTokenLifeSeconds', undefined],
    ['grant.arrivedAt', 'yesterday'],
    ['grant.arrivedAt', '2026-13-45T00:00:00.000Z'],
    ['grant.sentAt', 1_764_000_000],
    ['state', 'connected'],
    ['state.status', 'disconnected'],
    ['state.reason', 'grant_revoked'],
    ['state.attention', 'much'],
    ['state.nextDueAt', ''],
    ['state.attemptOpen', 'false'],
    ['state.consecutiveFailures', null],
    ['state.lastError', 'nul: \0'],
    ['event.kind', 'DROP TABLE'],
    ['event.detail', { nested: {} }],
    ['event.detail', { nul: '\0' }],
  ])('with %s: %j', async (path, value) => {
    const text = withMember(await textOf(refreshGrant(clock)), path, value);
    expect(() => parseEntry(text)).toThrow(EntryUnreadable);
  });
});

describe('a connect is unreadable', () => {
  it.each([
    ['apiVersion', 'v3'],
    ['apiUrl', 'file:///etc/passwd'],
    ['orgId', 11_242],
    ['orgName', undefined],
    ['email', 'nul: \0'],
    ['connectNumber', null],
    ['stateSha256', 'ab'],
    ['sessionSha256', null],
    ['activation', 'never'],
    ['activationSeconds', -1],
    ['word', 'perhaps'],
  ])('with %s: %j', async (path, value) => {
    const text = withMember(await textOf(connectGrant(clock)), path, value);
    expect(() => parseEntry(text)).toThrow(EntryUnreadable);
  });

  it('but not for want of a site seal, which an earlier release did not write.', async () => {
    const text = withMember(await textOf(connectGrant(clock)), 'siteSeal', undefined);
    expect(parseEntry(text)).toMatchObject({ kind: 'connect', siteSeal: null });
  });

  it('and says which member, never what was in it', async () => {
    const text = withMember(await textOf(connectGrant(clock)), 'activation', 'something-secret');
    expect(() => parseEntry(text)).toThrow(new EntryUnreadable('entry.activation is unfit'));
  });
});
