import { beforeEach, describe, expect, it } from '@jest/globals';
import { Failure, Secret } from '#kernel';
import { ManualClock } from '#kernel/testing';
import type { AdoptionClaim, ConnectionAdoptions, ConnectionLeases } from '#store';
import { sampleOptions } from '#tokens/testing';
import { LeaseKeeper } from './lease-keeper.js';
import { PairClaims } from './pair-claims.js';

const pair = Secret.of('the refresh token');

let clock: ManualClock;
let ended: AdoptionClaim[];
let claims: PairClaims;

beforeEach(() => {
  clock = new ManualClock();
  ended = [];
  const adoptions: Pick<ConnectionAdoptions, 'claim' | 'endClaim'> = {
    claim: async () => ({ refreshTokenSha256: pair.sha256(), claimId: 'the claim' }),
    endClaim: async (claim) => void ended.push(claim),
  };
  const options = sampleOptions({ timeoutSeconds: 10 });
  const leaseKeeper = new LeaseKeeper({} as ConnectionLeases, options, clock);
  claims = new PairClaims(adoptions as ConnectionAdoptions, leaseKeeper, options, clock);
});

describe('the claim of a pair', () => {
  it('ends once the pair is in its row', async () => {
    expect(await claims.alone(pair, async () => 'saved', isStored)).toBe('saved');
    expect(ended).toHaveLength(1);
  });

  it('stays until it lapses while the pair waits in the spool', async () => {
    expect(await claims.alone(pair, async () => 'spooled', isStored)).toBe('spooled');
    expect(ended).toEqual([]);
  });

  it('stays until it lapses where the database went away during the work', async () => {
    const failure = new Failure('broker_unavailable', 'The database does not answer.');
    await expect(claims.alone(pair, () => Promise.reject(failure), isStored)).rejects.toBe(failure);
    expect(ended).toEqual([]);
  });

  it('ends where the work fails for another reason', async () => {
    const failure = new Failure('deskera_unavailable', 'Deskera does not answer.');
    await expect(claims.alone(pair, () => Promise.reject(failure), isStored)).rejects.toBe(failure);
    expect(ended).toHaveLength(1);
  });

  it('covers a call that is sent while the time for a call and its save is left', async () => {
    await claims.alone(
      pair,
      async (isAlone, maySend) => {
        expect(isAlone).toBe(true);
        clock.advance(20_000);
        expect(maySend()).toBe(true);
        clock.advance(1);
        expect(maySend()).toBe(false);
        return 'saved';
      },
      isStored,
    );
  });
});

function isStored(result: string): boolean {
  return result === 'saved';
}
