import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure, Secret } from '#kernel';
import type { GrantSpool, SpooledGrant } from '../grant-spool.js';
import { aboutEntry, couldBeOf } from './entry-about.js';
import { FaultyDisk } from '../testing/faulty-disk.js';
import { before, connectGrant, refreshGrant } from '../testing/sample-grants.js';
import { Handled, SpoolBench } from '../testing/spool-bench.js';

let bench: SpoolBench;
let handled: Handled;
const another = Secret.of('another refresh token');

beforeEach(async () => {
  bench = await SpoolBench.make();
  handled = new Handled();
});

afterEach(() => bench.remove());

/** What becomes of an entry, so that the process that looks at it can't open it. */
const troubles: Readonly<Record<string, (path: string) => Promise<GrantSpool>>> = {
  'a newer broker wrote it': async (path) => {
    await writeFile(path, (await readFile(path, 'utf8')).replace('"version":1', '"version":9'));
    return bench.open();
  },
  'its key is missing': () => Promise.resolve(bench.open(new FaultyDisk(), bench.clock, 'other-key')),
};

async function lookedAt(grant: SpooledGrant, trouble: string): Promise<GrantSpool> {
  await bench.open().put(grant);
  const [name = ''] = await bench.files();
  const spool = await troubles[trouble]?.(join(bench.folder, name));
  if (spool === undefined) throw new Error('no such trouble');
  expect(await spool.replay(handled.handler)).toMatchObject({
    replayed: 0,
    aside: 0,
    failed: 1,
    blind: false,
  });
  return spool;
}

describe.each(Object.keys(troubles))('an entry that can not be opened because %s', (trouble) => {
  it('holds up the refresh of its own connection alone, and no pair but its own', async () => {
    const grant = refreshGrant(bench.clock);
    const spool = await lookedAt(grant, trouble);
    expect(spool.holds(before(grant))).toBe(true);
    expect(spool.holds(before(refreshGrant(bench.clock)))).toBe(false);
    expect(spool.couldHold(grant.grant.refreshToken, 'acme')).toBe(true);
    expect(spool.couldHold(another, 'acme')).toBe(false);
  });

  it('holds up no grant that came after it', async () => {
    const grant = refreshGrant(bench.clock);
    const spool = await lookedAt(grant, trouble);
    const stored = before(grant);
    expect(spool.holds({ ...stored, grantAttempt: grant.seen.attempt })).toBe(false);
    expect(spool.holds({ ...stored, connectNumber: grant.seen.connectNumber + 1, grantAttempt: 0 })).toBe(
      false,
    );
    expect(spool.holds({ ...stored, connectNumber: grant.seen.connectNumber - 1 })).toBe(true);
  });

  it('holds up, as a connect, the pair that it has and the one that was spent for it', async () => {
    const spent = Secret.of('spent refresh token');
    const grant = connectGrant(bench.clock, { spentSha256: spent.sha256() });
    const spool = await lookedAt(grant, trouble);
    expect(spool.couldHold(grant.grant.refreshToken, 'another-tenant')).toBe(true);
    expect(spool.couldHold(spent, 'another-tenant')).toBe(true);
    expect(spool.couldHold(another, grant.tenantId)).toBe(false);
  });
});

describe('what an entry could be about', () => {
  it('is what its name tells, where its content can not be read or tells nothing', async () => {
    const spent = Secret.of('spent refresh token');
    const grants = [
      refreshGrant(bench.clock),
      connectGrant(bench.clock, { spentSha256: spent.sha256() }),
    ] as const;
    for (const grant of grants) {
      await bench.open().put(grant);
      bench.clock.advance(1);
    }
    const [refresh = '', connect = ''] = await bench.files();
    for (const text of [null, '{"version":2}', 'no JSON', '[]', 'null']) {
      expect(aboutEntry(refresh, text)).toMatchObject({
        connectionId: grants[0].seen.connectionId,
        pairs: [],
      });
      const { pairs } = aboutEntry(connect, text);
      expect(pairs).toEqual([
        grants[1].grant.refreshToken.sha256().toString('hex').slice(0, 17),
        spent.sha256().toString('hex').slice(0, 18),
      ]);
    }
  });

  it('is anything of its tenant, where only that is told, and anything at all where nothing is', () => {
    const former = '20260101T000000000Z_connect_new_0123456789abcdef.json';
    expect(aboutEntry(former, '{"version":2,"kind":"connect","tenantId":"acme"}')).toMatchObject({
      tenantId: 'acme',
      pairs: null,
    });
    expect(aboutEntry(former, null)).toMatchObject({ connectionId: null, tenantId: null, pairs: null });
    expect(aboutEntry('carried-over.json', '{"version":2}')).toMatchObject({
      connectionId: null,
      pairs: null,
    });
  });

  it('is not believed of members that are unfit', () => {
    const text =
      '{"version":2,"kind":"connect","tenantId":7,"grant":{"refreshTokenSha256":"ab"},"spentSha256":[]}';
    expect(aboutEntry('carried-over.json', text)).toEqual({
      connectionId: null,
      numbers: null,
      tenantId: null,
      attemptProcessId: null,
      pairs: null,
    });
  });

  it('is the connection that its content names, whatever its name is', () => {
    const { connectionId } = refreshGrant(bench.clock).seen;
    const text = JSON.stringify({ version: 2, kind: 'refresh', connectionId });
    expect(aboutEntry('carried-over.json', text)).toMatchObject({ connectionId, pairs: [] });
  });

  it('is learnt also of the entries that a round which was cut short did not come to', async () => {
    const owner = '6f0a3a52-5f0e-4c53-9a39-0b8f6f0f3c11';
    for (let count = 0; count < 6; count += 1) {
      const { seen } = refreshGrant(bench.clock);
      await bench.open().put(refreshGrant(bench.clock, { seen: { ...seen, attemptProcessId: owner } }));
      bench.clock.advance(1);
    }
    const spool = bench.open();
    await spool.replay(() => Promise.reject(new Failure('broker_unavailable', 'not now')));
    expect(spool.attemptOwners()).toEqual(new Set([owner]));
    await spool.replay(handled.handler);
    expect(spool.attemptOwners()).toEqual(new Set());
  });
});

describe('an entry that names no pair', () => {
  const about = { connectionId: null, attemptProcessId: null, numbers: null, pairs: null };
  const hash = 'ab'.repeat(32);

  it('could be of any pair if it names no tenant either', () => {
    expect(couldBeOf({ ...about, tenantId: null }, hash, 'acme')).toBe(true);
  });

  it('could be of any pair of its tenant, and of no other', () => {
    expect(couldBeOf({ ...about, tenantId: 'acme' }, hash, 'acme')).toBe(true);
    expect(couldBeOf({ ...about, tenantId: 'acme' }, hash, 'beta')).toBe(false);
  });
});
