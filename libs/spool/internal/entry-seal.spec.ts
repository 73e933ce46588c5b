import { describe, expect, it } from '@jest/globals';
import { testSealer } from '#crypto/testing';
import { ManualClock } from '#kernel/testing';
import { CredentialVault } from '#vault';
import { EntrySeal } from './entry-seal.js';
import { EntryUnreadable } from './entry-unreadable.js';
import { entryText } from './sealed-entry.js';
import { connectGrant, refreshGrant } from '../testing/sample-grants.js';
import { testSites } from '../testing/test-sites.js';

const clock = new ManualClock();
const seal = new EntrySeal(testSealer(), testSites(), clock);
const vault = new CredentialVault(testSealer(), testSites());

describe('a sealed entry', () => {
  it.each([
    ['a refresh', refreshGrant(clock)],
    ['a connect', connectGrant(clock)],
  ])('opens as what it was, and tells no secret before: %s', async (_, grant) => {
    const sealed = await seal.seal(grant);
    const text = entryText(sealed);
    expect(text).not.toContain(grant.grant.token.reveal());
    expect(text).not.toContain(grant.grant.refreshToken.reveal());
    const opened = await seal.open(sealed);
    expect(opened).toEqual(grant);
    expect(opened.grant.token.reveal()).toBe(grant.grant.token.reveal());
    expect(opened.grant.refreshToken.reveal()).toBe(grant.grant.refreshToken.reveal());
  });

  it('of a refresh is sealed for its very row and attempt', async () => {
    const grant = refreshGrant(clock);
    const { sealedToken, sealedRefreshToken } = (await seal.seal(grant)).grant;
    const place = { ...grant.seen, grantAttempt: grant.seen.attempt };
    expect((await vault.open(sealedToken, place, 'token')).reveal()).toBe(grant.grant.token.reveal());
    expect((await vault.open(sealedRefreshToken, place, 'refresh_token')).reveal()).toBe(
      grant.grant.refreshToken.reveal(),
    );
  });

  it.each([{ apiUrl: 'https://attacker.example' }, { apiVersion: 'v2' as const }])(
    'of a connect opens for no other site than its grant came from: %j.',
    async (change) => {
      const sealed = await seal.seal(connectGrant(clock));
      if (sealed.kind !== 'connect') throw new Error('it is no connect');
      const trusting = new EntrySeal(
        testSealer(),
        testSites(() => true),
        clock,
      );
      await expect(trusting.open({ ...sealed, ...change })).rejects.toThrow(EntryUnreadable);
      await expect(seal.open({ ...sealed, ...change, siteSeal: null })).rejects.toThrow(EntryUnreadable);
    },
  );

  it('of a connect that an earlier release wrote opens for a trusted site.', async () => {
    const sealed = await seal.seal(connectGrant(clock));
    if (sealed.kind !== 'connect') throw new Error('it is no connect');
    const trusting = new EntrySeal(
      testSealer(),
      testSites(() => true),
      clock,
    );
    expect((await trusting.open({ ...sealed, siteSeal: null })).kind).toBe('connect');
  });

  it.each([
    ['attempt', { attempt: 4 }],
    ['connect', { connectNumber: 8 }],
    ['connection', { connectionId: 'b4ab2ffc-0000-4000-8000-000000000000' }],
  ])('of a refresh does not open for another %s', async (_, place) => {
    const sealed = await seal.seal(refreshGrant(clock));
    if (sealed.kind !== 'refresh') throw new Error('not a refresh');
    await expect(seal.open({ ...sealed, seen: { ...sealed.seen, ...place } })).rejects.toThrow(
      'other_context',
    );
  });

  it('of a connect does not open for another connect or tenant', async () => {
    const sealed = await seal.seal(connectGrant(clock));
    await expect(seal.open({ ...sealed, connectNumber: 13 } as typeof sealed)).rejects.toThrow(
      'other_context',
    );
    const elsewhere = { ...sealed, tenantId: 'globex' } as typeof sealed;
    await expect(seal.open(elsewhere)).rejects.toThrow('other_context');
  });

  it('is unreadable where its secrets are not those it names', async () => {
    const sealed = await seal.seal(refreshGrant(clock));
    const other = { ...sealed, grant: { ...sealed.grant, fingerprint: '0123456789abcdef' } };
    await expect(seal.open(other)).rejects.toThrow(EntryUnreadable);
  });
});

describe('the times of an entry', () => {
  it('are as long ago in the process that replays as they were in the one that wrote', async () => {
    const writer = new ManualClock(new Date('2026-01-01T12:00:00Z'));
    writer.advance(5_000);
    const grant = refreshGrant(writer);
    const times = { arrivedAt: 4_000, sentAt: 1_000 };
    const sealed = await new EntrySeal(testSealer(), testSites(), writer).seal({
      ...grant,
      grant: { ...grant.grant, ...times },
    });
    const reader = new ManualClock(new Date('2026-01-01T12:01:05Z'));
    reader.advance(100);
    const opened = await new EntrySeal(testSealer(), testSites(), reader).open(sealed);
    const ago = reader.monotonicMilliseconds() - opened.grant.arrivedAt;
    expect(ago).toBe(1_000 + 60_100);
    expect(reader.monotonicMilliseconds() - opened.grant.sentAt).toBe(ago + 3_000);
  });

  it('are never later than now, also where the wall clock was set back', async () => {
    const sealed = await seal.seal(refreshGrant(clock));
    const reader = new ManualClock(new Date('2020-01-01T00:00:00Z'));
    const { grant } = await new EntrySeal(testSealer(), testSites(), reader).open(sealed);
    expect(grant).toMatchObject({ arrivedAt: 0, sentAt: 0 });
  });

  it('take what passed in the spool off the wait for an activation', async () => {
    const writer = new ManualClock();
    const sealed = await new EntrySeal(testSealer(), testSites(), writer).seal(connectGrant(writer));
    writer.advance(600_000);
    expect(await new EntrySeal(testSealer(), testSites(), writer).open(sealed)).toMatchObject({
      activationSeconds: 300,
    });
    writer.advance(600_000);
    expect(await new EntrySeal(testSealer(), testSites(), writer).open(sealed)).toMatchObject({
      activationSeconds: 0,
    });
  });
});
