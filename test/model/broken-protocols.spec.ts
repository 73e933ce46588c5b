import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { counterexample } from './check.js';
import { brokenProtocols, realProtocol } from './protocol.js';

// What the broker would log of so many faults.
Logger.overrideLogger(false);

const check = { seed: 3, runs: 3_000, shrink: false };
/** How each shows itself. */
const seen: Record<keyof typeof brokenProtocols, string> = {
  'no lease': 'may hold the answer to it',
  'a lease without owner or fencing': 'may hold the answer to it',
  'a late refresh that overwrites a new connect': 'a late refresh overwrites a newer connect',
  'a good token that is refused while Deskera is down': 'is refused although the stored token is good',
  'a crash that looks like a revocation': 'a lost answer is told as grant_revoked',
  'a compare-and-swap on one number only': 'a late refresh overwrites a newer connect',
};

describe('the model finds', () => {
  it.each(Object.entries(brokenProtocols))('%s', async (name, broken) => {
    const sought = seen[name as keyof typeof brokenProtocols];
    const found = await counterexample({ ...realProtocol, ...broken }, 'strict', check, sought);
    expect(found).toContain(sought);
  });
});
