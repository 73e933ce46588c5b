import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordedLogs } from '#kernel/testing';
import { connectGrant, refreshGrant } from '../testing/sample-grants.js';
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

describe('processes that share the folder', () => {
  it('replay it at once: every grant at least once, nothing left, nothing alarming', async () => {
    const writer = bench.open();
    const tokens = new Set<string>();
    for (let count = 0; count < 40; count += 1) {
      const grant = count % 2 === 0 ? refreshGrant(bench.clock) : connectGrant(bench.clock);
      tokens.add(grant.grant.token.reveal());
      await writer.put(grant);
    }
    const handled = new Handled();
    const reports = await Promise.all(
      [bench.open(), bench.open(), writer].map((spool) => spool.replay(handled.handler)),
    );
    expect(new Set(handled.tokens)).toEqual(tokens);
    expect(reports.map(({ failed, aside }) => failed + aside)).toEqual([0, 0, 0]);
    expect(await bench.files()).toEqual([]);
    expect(logs.of('error')).toEqual([]);
  });

  it('put and replay at the same time without losing a grant or refusing one', async () => {
    const handled = new Handled();
    const tokens: string[] = [];
    let over = false;
    const putting = [bench.open(), bench.open()].map(async (spool) => {
      for (let count = 0; count < 40; count += 1) {
        const grant = refreshGrant(bench.clock);
        tokens.push(grant.grant.token.reveal());
        await spool.put(grant);
      }
    });
    const replaying = [bench.open(), bench.open()].map(async (spool) => {
      while (!over) await spool.replay(handled.handler);
    });
    await Promise.all(putting).finally(() => {
      over = true;
    });
    await Promise.all(replaying);
    await bench.open().replay(handled.handler);
    expect(new Set(handled.tokens)).toEqual(new Set(tokens));
    expect(await bench.files()).toEqual([]);
    expect(logs.of('error')).toEqual([]);
  });
});
