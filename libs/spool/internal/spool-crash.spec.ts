import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import { FaultyDisk } from '../testing/faulty-disk.js';
import { refreshGrant } from '../testing/sample-grants.js';
import { Handled, SpoolBench } from '../testing/spool-bench.js';

let bench: SpoolBench;
let logs: RecordedLogs;

beforeEach(async () => {
  bench = await SpoolBench.make();
  logs = RecordedLogs.start();
});

afterEach(async () => {
  logs.stop();
  await bench.remove();
});

/** A process has its own clock: a dead one's stands still. */
async function putBy(disk: FaultyDisk): Promise<string> {
  const clock = new ManualClock();
  const grant = refreshGrant(clock);
  await bench.open(disk, clock).put(grant);
  return grant.grant.token.reveal();
}

const putSteps = ['makeFolder', 'writeNew', 'rename', 'sync'] as const;

describe('a process that ends while it puts a grant', () => {
  const moments = putSteps.flatMap((name, index) => [
    { name: `before ${name}`, step: index + 1, done: false, whole: index > 1 },
    { name: `after ${name}`, step: index + 1, done: true, whole: index > 0 },
  ]);

  it.each(moments)('$name leaves all of it or nothing: $whole', async ({ step, done, whole }) => {
    const disk = new FaultyDisk();
    disk.endAt(step, done);
    const put: { done: boolean } = { done: false };
    void putBy(disk).then(() => {
      put.done = true;
    });
    await disk.ended;
    const handled = new Handled();
    expect(await bench.open().replay(handled.handler)).toEqual({
      replayed: whole ? 1 : 0,
      aside: 0,
      failed: 0,
      blind: false,
    });
    expect(handled.grants).toHaveLength(whole ? 1 : 0);
    expect(put.done).toBe(false);
    expect(logs.of('error')).toEqual([]);
  });
});

describe('a temporary that a dead process left', () => {
  async function half(): Promise<string> {
    const disk = new FaultyDisk();
    disk.endAt(2, false);
    void putBy(disk);
    await disk.ended;
    const [name = ''] = await bench.files();
    return name;
  }

  it('is left alone while it may be somebody’s who still writes', async () => {
    const name = await half();
    await utimes(join(bench.folder, name), bench.clock.now(), bench.clock.now());
    bench.clock.advance(14 * 60_000);
    await bench.open().replay(new Handled().handler);
    expect(await bench.files()).toEqual([name]);
  });

  it('is removed after a quarter of an hour', async () => {
    const name = await half();
    await utimes(join(bench.folder, name), bench.clock.now(), bench.clock.now());
    bench.clock.advance(16 * 60_000);
    await bench.open().replay(new Handled().handler);
    expect(await bench.files()).toEqual([]);
    expect(logs.of('error')).toEqual([]);
  });
});

describe('a writer whose temporary another process took for a dead one’s', () => {
  it('writes again, so that its caller is told the truth', async () => {
    const disk = new FaultyDisk();
    const handled = new Handled();
    const rename = disk.rename.bind(disk);
    let taken = 0;
    disk.rename = async (from, to) => {
      if (taken === 0) {
        taken += 1;
        await bench.open().replay(handled.handler);
      }
      await rename(from, to);
    };
    const token = await putBy(disk);
    await bench.open().replay(handled.handler);
    expect(handled.tokens).toEqual([token, token]);
  });
});

describe('a process that ends while it replays', () => {
  it('leaves what it did not finish, at whichever step', async () => {
    const disk = new FaultyDisk();
    await putBy(disk);
    await putBy(disk);
    const whole = new FaultyDisk();
    const dry = new Handled();
    await bench.open(whole).replay(dry.handler);
    for (let step = 1; step <= whole.steps.length; step += 1) {
      for (const done of [false, true]) await endAndReplay(step, done);
    }
    expect(logs.of('error')).toEqual([]);
  });

  async function endAndReplay(step: number, done: boolean): Promise<void> {
    const tokens = [await putBy(new FaultyDisk()), await putBy(new FaultyDisk())];
    const handled = new Handled();
    const dying = new FaultyDisk();
    dying.endAt(step, done);
    void bench.open(dying).replay(handled.handler);
    await dying.ended;
    await bench.open().replay(handled.handler);
    expect(new Set(handled.tokens)).toEqual(new Set(tokens));
    expect((await bench.files()).filter((name) => name.endsWith('.json'))).toEqual([]);
  }
});
