import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { counterexample } from './check.js';
import { strangenesses } from './commands.js';
import { places } from './places.js';
import { realProtocol } from './protocol.js';

// What the broker would log of so many faults.
Logger.overrideLogger(false);

const check = { seed: 20_261_124, runs: 80, shrink: true };

describe('the protocol, over crashes, pauses, lost answers, outages, reconnects and disconnects', () => {
  describe.each(strangenesses)('and %s', (strangeness) => {
    it.each(Object.entries(places))('keeps what it promises with %s', async (_, place) => {
      expect(await counterexample(realProtocol, place, { ...check, strangeness })).toBeNull();
    });
  });
});
