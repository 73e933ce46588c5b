import { beforeEach, describe, expect, it } from '@jest/globals';
import { passing, refused } from '#deskera/testing';
import { ConnectionLeases, ConnectionReads } from '#connections';
import { asked, loseAnswer, type TestReplica } from '#tokens/testing';
import { tokensBench } from '../../testing/tokens-bench.js';

const bench = tokensBench();
let one: TestReplica;
let other: TestReplica;

beforeEach(async () => {
  const options = { tokens: { timeoutSeconds: 2 } };
  [one, other] = await Promise.all([bench.open(options), bench.open(options)]);
});

describe('a question to Deskera that another replica has under way', () => {
  it('is shared with its failure', async () => {
    await bench.connect(one);
    const held = bench.deskera.holdNext('validate');
    bench.deskera.answerNext('validate', passing('timeout'), passing('timeout'));
    const first = bench.read(one, { maxVerifiedAgeSeconds: 0 });
    await held.arrived;
    const looksAgain = asked(other.get(ConnectionReads), 'find');
    const second = bench.read(other, { maxVerifiedAgeSeconds: 0 });
    await looksAgain;
    held.release();
    expect(await first).toMatchObject({ degraded: 'deskera_unavailable' });
    expect(await second).toMatchObject({ degraded: 'deskera_unavailable' });
  });
});

describe('a token that can not be refreshed', () => {
  it('is still asked about for a caller who wants that', async () => {
    await bench.connect(one);
    await bench.alter("expires_at = now() + interval '10 seconds'");
    bench.deskera.answerNext('refresh', refused());
    await bench.read(one);
    await bench.alter("not_before = now() + interval '10 minutes'", 'connection_upkeep');
    const before = bench.deskera.callsOf('validate').length;
    expect(await bench.read(one, { minTtlSeconds: 0, maxVerifiedAgeSeconds: 0 })).toMatchObject({
      degraded: null,
    });
    expect(bench.deskera.callsOf('validate')).toHaveLength(before + 1);
  });
});

describe('a refresh whose outcome is not known', () => {
  it.each<[string, (replica: TestReplica) => void]>([
    [
      'the answer to its opening',
      (replica) => {
        loseAnswer(replica.get(ConnectionLeases), 'openAttempt');
      },
    ],
    [
      'the row it would be judged by',
      (replica) => {
        bench.deskera.answerNext('refresh', () => {
          loseAnswer(replica.get(ConnectionReads), 'find');
          return refused();
        });
      },
    ],
  ])('is not stuck in its own process where the database does not give %s', async (_what, lose) => {
    await bench.connect(one);
    await bench.alter("expires_at = now() - interval '1 second'");
    lose(one);
    await bench.read(one).catch(() => undefined);
    await bench.alter('not_before = null, lease_until = now()', 'connection_upkeep');
    expect(await bench.read(one)).toMatchObject({ degraded: null });
    expect(bench.deskera.grants.spentShownAgain).toBe(0);
  });
});
