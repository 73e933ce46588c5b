import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Failure } from '#kernel';
import { eventually, ManualClock } from '#kernel/testing';
import { FakeGrantImports } from '../../testing/fake-grant-imports.js';
import { FakeAdminTrail } from '../../testing/fake-service-keys.js';
import { ImportReport, type ReportedLine } from './import-report.js';
import { Importer, type ImporterOptions } from './importer.js';

let clock: ManualClock;
let imports: FakeGrantImports;
let trail: FakeAdminTrail;
let folder: string;
let path: string;
let report: ImportReport;
let interruption: AbortController;

beforeAll(() => {
  Logger.overrideLogger(false);
});

beforeEach(async () => {
  clock = new ManualClock();
  imports = new FakeGrantImports();
  trail = new FakeAdminTrail();
  interruption = new AbortController();
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  path = join(folder, 'grants.report.jsonl');
  report = await ImportReport.open(path);
});

afterEach(async () => {
  await report.close();
  await rm(folder, { recursive: true, force: true });
});

function line(tenantId: string, changes: object = {}): string {
  return `${JSON.stringify({ tenantId, apiVersion: 'v1', deskeraRefreshToken: 'a-secret', ...changes })}\n`;
}

function run(lines: readonly string[], changes: Partial<ImporterOptions> = {}) {
  async function* source() {
    yield Buffer.from(lines.join(''));
  }
  const options = {
    report,
    concurrency: 1,
    retryRefused: false,
    signal: interruption.signal,
    onProgress: () => undefined,
    onTrouble: () => undefined,
    ...changes,
  };
  return new Importer({ imports, trail, clock }, options).run(source());
}

async function reported(): Promise<ReportedLine[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as ReportedLine);
}

/** The next imports end so, one each; then they are adopted again. */
function endNext(...failures: readonly (Error | null)[]): void {
  const left = [...failures];
  const adopt = imports.import.bind(imports);
  imports.import = (grant) => {
    imports.failure = left.shift() ?? null;
    return adopt(grant);
  };
}

const away = new Failure('deskera_unavailable', 'Deskera cannot be asked.', { retryAfterSeconds: 5 });
const refused = new Failure('grant_refused', 'Deskera refuses this grant.');

describe('an import', () => {
  it('goes on after whatever is wrong with a line, tells it, and repeats nothing of it', async () => {
    endNext(null, refused, new Error('a defect that names a-secret'));
    const lines = [
      line('one'),
      line('two'),
      'no json, but a-secret\n',
      '["a-secret"]\n',
      line('a b'),
      line('three', { more: 'a-secret' }),
      line('four', { deskeraRefreshToken: 7 }),
      `${'a-secret'.repeat(10_000)}\n`,
      line('five'),
      line('six'),
    ];
    const { counts } = await run(lines);
    expect(counts).toMatchObject({ lines: 10, imported: 2, refused: 1, bad_line: 6, failed: 1 });
    expect((await reported()).map(({ outcome }) => outcome)).toEqual([
      'imported',
      'refused',
      ...Array.from({ length: 6 }, () => 'bad_line'),
      'failed',
      'imported',
    ]);
    expect(await readFile(path, 'utf8')).not.toContain('a-secret');
    expect(trail.records).toContain('cli connection_import six');
  });

  it('that is run again leaves out what is done or refused, and tries again what failed', async () => {
    endNext(null, refused, new Error('a defect'));
    const lines = [line('one'), line('two'), line('three')];
    await run(lines);
    await report.close();
    await appendFile(path, '{"line":9,"ha');
    report = await ImportReport.open(path);
    imports.requests.length = 0;
    const { counts } = await run(lines);
    expect(counts).toMatchObject({ lines: 3, doneBefore: 1, refusedBefore: 1, imported: 1 });
    expect(imports.requests.map(({ tenantId }) => tenantId)).toEqual(['three']);
    const again = await run(lines, { retryRefused: true });
    expect(again.counts).toMatchObject({ doneBefore: 2, refusedBefore: 0, imported: 1 });
    // The half line of a process that died spoils none after it.
    await report.close();
    report = await ImportReport.open(path);
    expect((await run(lines)).counts).toMatchObject({ doneBefore: 3 });
  });

  it('waits while Deskera is away, and goes on with the same line', async () => {
    endNext(away, away, null);
    const running = run([line('one'), line('two')]);
    for (const tried of [1, 2]) {
      await eventually(() => imports.requests.length === tried);
      clock.advance(4_999);
      await new Promise((resolve) => setImmediate(resolve));
      expect(imports.requests).toHaveLength(tried);
      clock.advance(10_000);
    }
    expect((await running).counts).toMatchObject({ imported: 2, failed: 0 });
    expect(imports.requests.map(({ tenantId }) => tenantId)).toEqual(['one', 'one', 'one', 'two']);
  });

  it('gives up where Deskera stays away, instead of burning through all lines', async () => {
    imports.failure = away;
    const lines = Array.from({ length: 500 }, (_, index) => line(`tenant-${String(index)}`));
    const running = run(lines, { concurrency: 4 });
    let result: Awaited<typeof running> | null = null;
    void running.then((value) => {
      result = value;
    });
    await eventually(() => {
      clock.advance(60_000);
      return result !== null;
    });
    expect(result).toMatchObject({ gaveUp: true, interrupted: false });
    expect((await reported()).every(({ outcome }) => outcome === 'failed')).toBe(true);
    expect((await reported()).length).toBeLessThan(30);
  });

  it('finishes what is under way when it is interrupted, and begins nothing more', async () => {
    const held = Promise.withResolvers<undefined>();
    const adopt = imports.import.bind(imports);
    imports.import = async (grant) => {
      interruption.abort();
      await held.promise;
      return adopt(grant);
    };
    const running = run([line('one'), line('two'), line('three')]);
    held.resolve(undefined);
    expect(await running).toMatchObject({ interrupted: true, counts: { imported: 1 } });
    expect(await reported()).toHaveLength(1);
  });
});
