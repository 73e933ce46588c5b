import { beforeEach, describe, expect, it } from '@jest/globals';
import { Failure, Secret } from '#kernel';
import { ManualClock } from '#kernel/testing';
import type { ConnectionAdoptions, ConnectionLeases } from '#connections';
import { sampleOptions } from '#tokens/testing';
import { LeaseRenewer } from '../refreshing/lease-renewer.js';
import { RefreshTokenLock } from './refresh-token-lock.js';

const pair = Secret.of('a refresh token');

let ended: number;
let claims: RefreshTokenLock;

beforeEach(() => {
  ended = 0;
  const adoptions = {
    claim: async () => ({ claimId: 'claim' }),
    endClaim: async () => {
      ended += 1;
    },
  };
  const clock = new ManualClock();
  const options = sampleOptions();
  const keeper = new LeaseRenewer({} as ConnectionLeases, options, clock);
  claims = new RefreshTokenLock(adoptions as unknown as ConnectionAdoptions, keeper, options, clock);
});

describe('the claim of a pair', () => {
  it('ends once the pair is in its row', async () => {
    await claims.runExclusive(
      pair,
      async () => 'stored',
      () => true,
    );
    expect(ended).toBe(1);
  });

  it('stays while the pair waits in the spool', async () => {
    await claims.runExclusive(
      pair,
      async () => 'spooled',
      () => false,
    );
    expect(ended).toBe(0);
  });

  it('stays where the database went away, for the pair may be stored', async () => {
    const away = () => Promise.reject(new Failure('broker_unavailable', 'The database does not answer.'));
    await expect(claims.runExclusive(pair, away, () => true)).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
    expect(ended).toBe(0);
  });

  it('ends where the work fails for good', async () => {
    const refused = () => Promise.reject(new Failure('code_exchange_failed', 'Deskera refuses it.'));
    await expect(claims.runExclusive(pair, refused, () => true)).rejects.toMatchObject({
      code: 'code_exchange_failed',
    });
    expect(ended).toBe(1);
  });
});
