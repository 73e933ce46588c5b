import { afterEach, beforeEach, describe, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { grantSpoolContract } from '../testing/grant-spool-contract.js';
import { SpoolBench } from '../testing/spool-bench.js';

// What an operator would be told of entries that are not saved on purpose.
Logger.overrideLogger(false);

let bench: SpoolBench;

beforeEach(async () => {
  bench = await SpoolBench.make();
});

afterEach(() => bench.remove());

describe('the spool in a folder', () => {
  it.each(Object.entries(grantSpoolContract))('%s', async (_, holds) => {
    await holds({ clock: bench.clock, open: () => bench.open() });
  });
});
