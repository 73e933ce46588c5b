import { describe, expect, it } from '@jest/globals';
import { runChaos } from './chaos.js';
import { testedSeconds as seconds, testedSeed as seed } from './settings.js';

/** Starting, connecting, and the look at what is left come on top of the minute. */
const longestMilliseconds = 900_000;

describe('a minute in which everything breaks', () => {
  it(
    `loses no grant, spends none twice and serves none that is dead (seed ${String(seed)})`,
    async () => {
      const findings = await runChaos({ seed, seconds, connections: 500, report: () => undefined });
      process.stdout.write(`${findings.table()}\n`);
      expect(findings.evidence).toEqual([]);
      expect(findings.isClean()).toBe(true);
    },
    longestMilliseconds,
  );
});
