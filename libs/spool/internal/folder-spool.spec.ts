import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordedLogs } from '#kernel/testing';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#kernel';
import type { GrantSpool } from '../grant-spool.js';
import { before, connectGrant, refreshGrant } from '../testing/sample-grants.js';
import { Handled, SpoolBench } from '../testing/spool-bench.js';

let bench: SpoolBench;
let spool: GrantSpool;
let handled: Handled;
let logs: RecordedLogs;

beforeEach(async () => {
  bench = await SpoolBench.make();
  spool = bench.open();
  handled = new Handled();
  logs = RecordedLogs.start();
});

afterEach(async () => {
  logs.stop();
  await bench.remove();
});

const unavailable = new Failure('broker_unavailable', 'not now');

describe('a grant in the spool', () => {
  it('is handed over once, whole, and gone then', async () => {
    const grants = [refreshGrant(bench.clock), connectGrant(bench.clock)];
    for (const grant of grants) await spool.put(grant);
    expect(await spool.replay(handled.handler)).toEqual({ replayed: 2, aside: 0, failed: 0, blind: false });
    expect(handled.grants).toEqual(expect.arrayContaining(grants));
    expect(await bench.files()).toEqual([]);
    expect(await spool.replay(handled.handler)).toEqual({ replayed: 0, aside: 0, failed: 0, blind: false });
  });

  it('is handed over by a process that knew nothing of it', async () => {
    const grant = refreshGrant(bench.clock);
    await spool.put(grant);
    await bench.open().replay(handled.handler);
    expect(handled.tokens).toEqual([grant.grant.token.reveal()]);
  });

  it('is handed over after those that came before it', async () => {
    const tokens: string[] = [];
    for (let age = 0; age < 12; age += 1) {
      const grant = age % 2 === 0 ? refreshGrant(bench.clock) : connectGrant(bench.clock);
      tokens.push(grant.grant.token.reveal());
      await spool.put(grant);
      bench.clock.advance(1);
    }
    await bench.open().replay(handled.handler);
    expect(handled.tokens).toEqual(tokens);
  });

  it('is one file whose name and content tell no secret', async () => {
    const grant = refreshGrant(bench.clock);
    await spool.put(grant);
    const [name = '', ...others] = await bench.files();
    expect(others).toEqual([]);
    expect(name).toMatch(/^20260101T000000000Z_refresh_[0-9a-f-]{36}_[0-9a-f]{16}\.json$/);
    const text = name + (await readFile(join(bench.folder, name), 'utf8'));
    for (const secret of [grant.grant.token, grant.grant.refreshToken])
      expect(text).not.toContain(secret.reveal());
  });

  it('stays where its handling fails, with one alarm, and the others go on', async () => {
    const grants = [refreshGrant(bench.clock), refreshGrant(bench.clock)];
    for (const grant of grants) await spool.put(grant);
    const failing = async (grant: { grant: { token: { reveal(): string } } }) => {
      if (grant.grant.token.reveal() === grants[0]?.grant.token.reveal()) throw new Error('a defect');
    };
    expect(await spool.replay(failing)).toEqual({ replayed: 1, aside: 0, failed: 1, blind: false });
    expect(await spool.replay(failing)).toEqual({ replayed: 0, aside: 0, failed: 1, blind: false });
    expect(logs.of('error')).toEqual([expect.stringContaining('a defect')]);
    await spool.replay(handled.handler);
    expect(await bench.files()).toEqual([]);
  });

  it('waits in silence while the database is away, which is not asked for each', async () => {
    for (let count = 0; count < 10; count += 1) await spool.put(refreshGrant(bench.clock));
    let asked = 0;
    const away = async () => {
      asked += 1;
      throw unavailable;
    };
    expect(await spool.replay(away)).toMatchObject({ replayed: 0, failed: asked });
    expect(asked).toBe(3);
    expect(spool.waiting()).toBe(10);
    expect(logs.of('error')).toEqual([]);
  });
});

describe('a replay', () => {
  it('that is asked for during another looks once more, for all who asked', async () => {
    await spool.put(refreshGrant(bench.clock));
    const early = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<undefined>();
    const first = spool.replay(async () => {
      begun.resolve(undefined);
      await early.promise;
    });
    await begun.promise;
    const late = refreshGrant(bench.clock);
    await bench.open().put(late);
    const [second, third] = [spool.replay(handled.handler), spool.replay(handled.handler)];
    early.resolve(undefined);
    expect([await first, await second, await third].map(({ replayed }) => replayed)).toEqual([1, 1, 1]);
    expect(handled.tokens).toEqual([late.grant.token.reveal()]);
  });

  it('goes on after a round that broke', async () => {
    await spool.put(refreshGrant(bench.clock));
    const thrown = () => {
      throw new Error('at once');
    };
    expect(await spool.replay(thrown)).toMatchObject({ failed: 1, blind: false });
    expect(await spool.replay(handled.handler)).toMatchObject({ replayed: 1 });
  });
});

describe('what is known of the spool', () => {
  it('counts what waits, and says for which connections', async () => {
    const grant = refreshGrant(bench.clock);
    await spool.put(grant);
    await bench.open().put(connectGrant(bench.clock));
    expect(spool.waiting()).toBe(1);
    expect(spool.holds(before(grant))).toBe(true);
    const away = () => Promise.reject(unavailable);
    await spool.replay(away);
    expect(spool.waiting()).toBe(2);
    expect(spool.health()).toEqual({
      part: 'spool',
      status: 'degraded',
      facts: { waiting: 2, unreadable: 0, diskFault: null },
    });
    await spool.replay(handled.handler);
    expect(spool.holds(before(grant))).toBe(false);
    expect(spool.health()).toMatchObject({ status: 'ok', facts: { waiting: 0 } });
  });

  it('does not lose a grant that is put while the folder is looked at', async () => {
    await Promise.all([
      spool.replay(() => Promise.reject(unavailable)),
      spool.put(refreshGrant(bench.clock)),
    ]);
    expect(spool.waiting()).toBe(1);
  });
});

describe('a file that is no entry', () => {
  const texts = { empty: '', foreign: '{"hello":"world"}', html: '<html>', array: '[]', binary: '\0\u0001' };

  it.each(Object.entries(texts))('is moved aside with one alarm, over all processes: %s', async (_, text) => {
    await mkdir(bench.folder, { recursive: true });
    await writeFile(join(bench.folder, 'found.json'), text);
    const good = refreshGrant(bench.clock);
    await spool.put(good);
    const reports = await Promise.all([spool, bench.open()].map((each) => each.replay(handled.handler)));
    expect(reports.reduce((sum, { aside }) => sum + aside, 0)).toBe(1);
    expect(await bench.files()).toEqual([join('unreadable', 'found.json')]);
    expect(logs.of('error')).toEqual([expect.stringContaining('found.json')]);
    expect(handled.tokens).toContain(good.grant.token.reveal());
    await spool.replay(handled.handler);
    expect(logs.of('error')).toHaveLength(1);
    expect(spool.health()).toMatchObject({ status: 'degraded', facts: { waiting: 0, unreadable: 1 } });
  });

  it('is moved aside where it was an entry that lost its end, or was changed', async () => {
    await spool.put(refreshGrant(bench.clock));
    await spool.put(refreshGrant(bench.clock));
    const [first = '', second = ''] = await bench.files();
    const text = await readFile(join(bench.folder, first), 'utf8');
    await writeFile(join(bench.folder, first), text.slice(0, -2));
    const changed = (await readFile(join(bench.folder, second), 'utf8')).replace(
      '"attempt":3',
      '"attempt":4',
    );
    await writeFile(join(bench.folder, second), changed);
    expect(await spool.replay(handled.handler)).toEqual({ replayed: 0, aside: 2, failed: 0, blind: false });
    expect(handled.grants).toEqual([]);
  });

  it('is left alone where nothing says that it is ours', async () => {
    await mkdir(bench.folder, { recursive: true });
    for (const name of ['README', '.hidden.json', 'other.tmp'])
      await writeFile(join(bench.folder, name), 'x');
    expect(await spool.replay(handled.handler)).toEqual({ replayed: 0, aside: 0, failed: 0, blind: false });
    expect(await bench.files()).toHaveLength(3);
  });
});

describe('an entry that can be read later', () => {
  it('waits for its key, with one alarm', async () => {
    await bench.open(undefined, bench.clock, 'newer', 'test').put(refreshGrant(bench.clock));
    for (let round = 0; round < 2; round += 1)
      expect(await spool.replay(handled.handler)).toEqual({ replayed: 0, aside: 0, failed: 1, blind: false });
    expect(logs.of('error')).toEqual([expect.stringContaining('unknown_key: newer')]);
    await bench.open(undefined, bench.clock, 'test', 'newer').replay(handled.handler);
    expect(handled.grants).toHaveLength(1);
  });

  it('is left to the newer broker that wrote it', async () => {
    await mkdir(bench.folder, { recursive: true });
    await writeFile(join(bench.folder, 'later.json'), '{"version":2}');
    expect(await spool.replay(handled.handler)).toEqual({ replayed: 0, aside: 0, failed: 1, blind: false });
    expect(await bench.files()).toEqual(['later.json']);
    expect(logs.of('warn')).toHaveLength(1);
    expect(logs.of('error')).toEqual([]);
  });

  it('may have been carried over under another name', async () => {
    await spool.put(refreshGrant(bench.clock));
    const [name = ''] = await bench.files();
    await writeFile(join(bench.folder, 'copy of it.json'), await readFile(join(bench.folder, name)));
    expect(await spool.replay(handled.handler)).toMatchObject({ replayed: 2 });
  });
});
