import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { counterexample } from './check.js';
import type { Rotation } from './model-deskera.js';
import { realProtocol } from './protocol.js';

// What the broker would log of so many faults.
Logger.overrideLogger(false);

const rotations: readonly Rotation[] = ['strict', 'single_use', 'grace', 'stable'];
const check = { seed: 20_261_124, runs: 150, shrink: true };

describe('the protocol, over crashes, pauses, lost answers, outages, reconnects and disconnects', () => {
  it.each(rotations)('keeps what it promises with a Deskera that is %s', async (rotation) => {
    expect(await counterexample(realProtocol, rotation, check)).toBeNull();
  });
});
