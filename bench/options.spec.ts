import { describe, expect, it } from '@jest/globals';
import { readBenchRun } from './options.js';

const all = ['reads', 'start'].map((name) => ({ name, run: () => Promise.resolve([]) }));

describe('the command line of the benchmark', () => {
  it.each([
    [[], ['reads', 'start'], false, 5],
    [['start'], ['start'], false, 5],
    [['start', 'reads', '--rounds', '9'], ['reads', 'start'], false, 9],
    [['large'], ['reads', 'start'], true, 5],
    [['--large', 'reads'], ['reads'], true, 5],
  ])('%j runs %j', (args, names, large, rounds) => {
    const run = readBenchRun(args, all);
    expect(run.benchmarks.map(({ name }) => name)).toEqual(names);
    expect(run).toMatchObject({ large, rounds });
  });

  it.each([['writes'], ['--rounds', '0'], ['--rounds', 'many'], ['--rows', '7']])(
    '%s %s is not understood',
    (...args) => {
      expect(() => readBenchRun(args, all)).toThrow();
    },
  );
});
