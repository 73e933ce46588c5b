import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testSealer } from '#crypto/testing';
import { openSpoolSeals } from './open-grant-spool.js';
import { connectGrant, refreshGrant } from '../testing/sample-grants.js';
import { SpoolBench } from '../testing/spool-bench.js';

let bench: SpoolBench;

beforeEach(async () => {
  bench = await SpoolBench.make();
});

afterEach(() => bench.remove());

function count() {
  return openSpoolSeals(bench.dataFolder, testSealer('new'), bench.clock).count();
}

it('entries are counted by the key that they need, though it is not among ours', async () => {
  const old = bench.open(undefined, bench.clock, 'old');
  await old.put(refreshGrant(bench.clock));
  await old.put(connectGrant(bench.clock));
  await bench.open(undefined, bench.clock, 'new').put(refreshGrant(bench.clock));
  await writeFile(join(bench.folder, '20260101T000000000Z_torn.json'), '{"half');
  const { byKey, blind } = await count();
  expect([...byKey].sort()).toEqual([
    [null, 1],
    ['new', 1],
    ['old', 2],
  ]);
  expect(blind).toBe(false);
  expect(await bench.files()).toHaveLength(4);
});

it('a folder that is not there holds none, one that can’t be looked at nobody knows', async () => {
  expect(await count()).toEqual({ byKey: new Map(), blind: false });
  await writeFile(bench.folder, 'a file in its place');
  expect(await count()).toMatchObject({ blind: true });
});
