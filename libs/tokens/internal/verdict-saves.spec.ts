import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectionLeases, ConnectionReads, ConnectionRecord, ConnectionSaves, StateSave } from '#store';
import { sampleRecord } from '#tokens/testing';
import { VerdictSaves } from './verdict-saves.js';

const attempt = { attempt: 4, attemptOpen: true, attemptProcessId: 'this process' } as const;
const record = sampleRecord({ ...attempt, connectNumber: 7, stateVersion: 11 });
const lease = { connectionId: record.connectionId, leaseId: 'the lease' };

let saved: StateSave[];
let released: number;

beforeEach(() => {
  saved = [];
  released = 0;
});

/** On a row that has moved to `present`: a state is saved only onto that version of it. */
function verdictsOn(present: ConnectionRecord): VerdictSaves {
  const leases: Pick<ConnectionLeases, 'release'> = {
    release: async () => {
      released += 1;
    },
  };
  const reads: Pick<ConnectionReads, 'find'> = { find: async () => present };
  const saves: Pick<ConnectionSaves, 'saveState'> = {
    saveState: async (save) => {
      if (save.seen.stateVersion !== present.stateVersion) return false;
      saved.push(save);
      return true;
    },
  };
  return new VerdictSaves(leases as ConnectionLeases, reads as ConnectionReads, saves as ConnectionSaves);
}

describe('a verdict on an attempt whose row has moved', () => {
  it('is judged again and saved where the same attempt is still open', async () => {
    const verdicts = verdictsOn({ ...record, stateVersion: 12, consecutiveFailures: 3 });
    const next = await verdicts.ofAttempt({ record, lease }, (seen) => ({
      next: { ...seen, attemptOpen: false },
      event: null,
    }));
    expect(next).toMatchObject({ attemptOpen: false, consecutiveFailures: 3 });
    expect(saved).toHaveLength(1);
  });

  // A failover that lost commits counts attempts a second time.
  it.each([
    ['a newer connect, under the same number', { connectNumber: 8 }],
    ['another process, under the same number', { attemptProcessId: 'another process' }],
    ['the same process, under a newer number', { attempt: 5 }],
  ])('is not saved on an attempt of %s, which stays open', async (_, changes) => {
    const verdicts = verdictsOn({ ...record, stateVersion: 12, ...changes });
    const next = await verdicts.ofAttempt({ record, lease }, (seen) => ({
      next: { ...seen, attemptOpen: false },
      event: null,
    }));
    expect(next).toBeNull();
    expect(saved).toEqual([]);
    expect(released).toBe(1);
  });
});
