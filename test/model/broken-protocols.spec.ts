import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { counterexample } from './check.js';
import type { Command, Strangeness } from './commands.js';
import { brokenProtocols, realProtocol } from './protocol.js';

// What the broker would log of so many faults.
Logger.overrideLogger(false);

// Thousands of runs, on a machine that may have other things to do.
jest.setTimeout(600_000);

const place = { rotation: 'strict' } as const;
const check = { seed: 3, runs: 3_000, shrink: false };

interface Seen {
  /** How it shows itself. */
  readonly sought: string;
  readonly strangeness?: Strangeness;
  /** Where chance alone would take long to get to: what every run begins with. */
  readonly beginning?: readonly Command[];
  /** Left out: `shared`. */
  readonly spools?: 'shared' | 'own';
}

const refreshing = [
  { do: 'wait', seconds: 70 },
  { do: 'read', at: 1, turns: 2, next: 'waits' },
] as const satisfies readonly Command[];

const seen: Record<keyof typeof brokenProtocols, Seen> = {
  'no lease': { sought: 'may hold the answer to it' },
  'a lease without owner or fencing': { sought: 'may hold the answer to it' },
  'a late refresh that overwrites a new connect': { sought: 'a late refresh overwrites a newer connect' },
  'a good token that is refused while Deskera is down': {
    sought: 'is refused although the stored token is good',
  },
  'a crash that looks like a revocation': { sought: 'a lost answer is told as grant_revoked' },
  'a compare-and-swap on one number only': { sought: 'a late refresh overwrites a newer connect' },
  'an attempt taken over without replaying the spool': {
    sought: 'may hold the answer to it',
    beginning: [...refreshing, { do: 'network', at: 1, what: 'cut' }],
  },
  'a spool entry replayed without the save rule': {
    sought: 'overwrites a newer',
    beginning: [
      ...refreshing,
      { do: 'database', what: 'away' },
      { do: 'run', at: 1, turns: 10, next: 'waits' },
      { do: 'network', at: 1, what: 'cut' },
      { do: 'key', at: 0, what: 'missing' },
      { do: 'database', what: 'back' },
      { do: 'connect', at: 0, pair: 'new', activation: 'callback' },
      { do: 'run', at: 0, turns: 20, next: 'waits' },
    ],
  },
  'a state saved over a row that moved': {
    sought: 'opens an attempt that was closed',
    beginning: [...refreshing, { do: 'pause', at: 1, seconds: 22 }],
  },
  'a refresh that looks into the spool only where its row shows an attempt': {
    sought: 'may hold the answer to it',
    beginning: [...refreshing, { do: 'database', what: 'read_only' }],
  },
  'a refresh right after a failover that lost an attempt': {
    sought: 'may hold the answer to it',
    beginning: [
      ...refreshing,
      { do: 'run', at: 1, turns: 1, next: 'waits' },
      { do: 'database', what: 'failed_over' },
    ],
  },
  'a row that counts its attempts from before a failover': {
    sought: 'was dropped',
    beginning: [...refreshing, { do: 'database', what: 'failed_over' }],
  },
  'an attempt taken over from an owner that can not write': {
    sought: 'may hold the answer to it',
    beginning: [...refreshing, { do: 'database', what: 'read_only' }],
    spools: 'own',
  },
  'an attempt that nobody tries again once its connection is given up': {
    sought: 'an attempt stays open for ever',
    beginning: [
      { do: 'deskera', what: 'revokes' },
      { do: 'wait', seconds: 130 },
      { do: 'sweep', at: 0, turns: 40, next: 'waits' },
      { do: 'connect', at: 1, pair: 'dead', activation: 'callback' },
    ],
  },
  'an entry that can not be opened and holds up nothing': {
    sought: 'may hold the answer to it',
    beginning: [
      ...refreshing,
      { do: 'database', what: 'away' },
      { do: 'run', at: 1, turns: 10, next: 'waits' },
      { do: 'key', at: 0, what: 'missing' },
      { do: 'crash', at: 1, arriving: true },
      { do: 'key', at: 1, what: 'missing' },
      { do: 'database', what: 'back' },
    ],
  },
  'a pair that two connects examine at once': {
    sought: 'may hold the answer to it',
    beginning: [
      { do: 'connect', at: 0, pair: 'new', activation: 'callback' },
      { do: 'connect', at: 1, pair: 'newest', activation: 'callback' },
      { do: 'deskera', what: 'ends_tokens' },
    ],
  },
  'a step of the database’s clock that passes for time': {
    sought: 'may hold the answer to it',
    beginning: [...refreshing, { do: 'clock', bySeconds: 100 }],
    strangeness: 'clock_steps',
  },
};

describe('the model finds', () => {
  it.each(Object.entries(brokenProtocols))('%s', async (name, broken) => {
    const {
      sought,
      beginning = [],
      spools = 'shared',
      strangeness = 'failovers',
    } = seen[name as keyof typeof brokenProtocols];
    const protocol = { ...realProtocol, ...broken };
    expect(
      await counterexample(protocol, { ...place, spools }, { ...check, beginning, strangeness }, sought),
    ).toContain(sought);
  });

  it.each(Object.entries(seen).filter(([, { beginning }]) => beginning !== undefined))(
    'nothing in the real protocol that begins in the same way as %s',
    async (_, { beginning = [], spools = 'shared', strangeness = 'failovers' }) => {
      expect(
        await counterexample(
          realProtocol,
          { ...place, spools },
          { ...check, runs: 100, beginning, strangeness },
        ),
      ).toBeNull();
    },
  );
});
