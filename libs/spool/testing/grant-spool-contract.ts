import assert from 'node:assert/strict';
import { Failure } from '#kernel';
import type { ManualClock } from '#kernel/testing';
import type { GrantSpool, SpooledGrant, SpoolReplay } from '../grant-spool.js';
import { connectGrant, refreshGrant } from './sample-grants.js';

/** One place where grants are put, and as many processes' spools on it as a spec wants. */
export interface SpoolStage {
  readonly clock: ManualClock;
  readonly open: () => GrantSpool;
}

class Handled {
  readonly grants: SpooledGrant[] = [];

  readonly handler = async (grant: SpooledGrant): Promise<void> => void this.grants.push(grant);

  sawExactly(...grants: readonly SpooledGrant[]): void {
    assert.deepEqual(this.grants.map(secretsOf), grants.map(secretsOf));
  }
}

function secretsOf({ kind, grant }: SpooledGrant): string {
  return [kind, grant.token.reveal(), grant.refreshToken.reveal()].join(' ');
}

function report(changes: Partial<SpoolReplay> = {}): SpoolReplay {
  return { replayed: 0, aside: 0, failed: 0, blind: false, ...changes };
}

/** What every `GrantSpool` does, the one on a disk and those that stand in for it. Without Jest: the model has none. */
export const grantSpoolContract: Readonly<Record<string, (stage: SpoolStage) => Promise<void>>> = {
  'hands a grant over as it was put, once': async ({ clock, open }) => {
    const [spool, { handler, grants }] = [open(), new Handled()];
    const grant = refreshGrant(clock);
    await spool.put(grant);
    assert.deepEqual(await spool.replay(handler), report({ replayed: 1 }));
    assert.deepEqual(grants, [grant]);
    assert.deepEqual(await spool.replay(handler), report());
  },

  'hands over what other processes have put, oldest first': async ({ clock, open }) => {
    const handled = new Handled();
    const grants = [refreshGrant(clock), connectGrant(clock), refreshGrant(clock)];
    for (const grant of grants) {
      await open().put(grant);
      clock.advance(1);
    }
    await open().replay(handled.handler);
    handled.sawExactly(...grants);
  },

  'takes off from the time of an activation what has passed': async ({ clock, open }) => {
    const handled = new Handled();
    await open().put(connectGrant(clock, { activationSeconds: 900 }));
    clock.advance(60_000);
    await open().replay(handled.handler);
    const [grant] = handled.grants;
    assert.equal(grant?.kind === 'connect' ? grant.activationSeconds : null, 840);
  },

  'keeps what could not be saved, and goes on with the others': async ({ clock, open }) => {
    const [spool, handled] = [open(), new Handled()];
    const [first, second] = [refreshGrant(clock), connectGrant(clock)];
    await spool.put(first);
    clock.advance(1);
    await spool.put(second);
    const failing = async (grant: SpooledGrant): Promise<void> => {
      if (grant.kind === 'refresh') throw new Error('a defect');
      await handled.handler(grant);
    };
    assert.deepEqual(await spool.replay(failing), report({ replayed: 1, failed: 1 }));
    await spool.replay(handled.handler);
    handled.sawExactly(second, first);
  },

  'does not ask a database that is away for each of many': async ({ clock, open }) => {
    const spool = open();
    for (let count = 0; count < 5; count += 1) await spool.put(refreshGrant(clock));
    const away = async (): Promise<void> => {
      throw new Failure('broker_unavailable', 'not now');
    };
    assert.deepEqual(await spool.replay(away), report({ failed: 3 }));
    assert.equal(spool.waiting(), 5);
  },

  'knows of what others have put after a look, of its own at once': async ({ clock, open }) => {
    const [spool, { handler }] = [open(), new Handled()];
    const grants = [refreshGrant(clock), refreshGrant(clock)] as const;
    const holds = (): readonly boolean[] =>
      grants.map(({ seen }) => spool.holds({ ...seen, grantAttempt: seen.attempt - 1 }));
    await spool.put(grants[0]);
    await open().put(grants[1]);
    assert.deepEqual([holds(), spool.waiting()], [[true, false], 1]);
    await spool.replay(() => Promise.reject(new Error('not now')));
    assert.deepEqual([holds(), spool.waiting()], [[true, true], 2]);
    await spool.replay(handler);
    assert.deepEqual([holds(), spool.waiting()], [[false, false], 0]);
  },

  'looks once more for who asks while it replays': async ({ clock, open }) => {
    const [spool, handled] = [open(), new Handled()];
    const late = connectGrant(clock);
    await spool.put(refreshGrant(clock));
    const begun = Promise.withResolvers<undefined>();
    const first = spool.replay(async () => {
      await open().put(late);
      begun.resolve(undefined);
    });
    await begun.promise;
    await Promise.all([first, spool.replay(handled.handler)]);
    handled.sawExactly(late);
  },

  'is replayed by two processes at once without trouble': async ({ clock, open }) => {
    const [spool, handled] = [open(), new Handled()];
    await spool.put(refreshGrant(clock));
    await Promise.all([spool, open()].map((each) => each.replay(handled.handler)));
    assert.notEqual(handled.grants.length, 0);
    assert.deepEqual(await open().replay(handled.handler), report());
  },
};
