import { beforeEach, describe, expect, it } from '@jest/globals';
import type {
  ConnectionLeases,
  ConnectionReads,
  ConnectionRecord,
  ConnectionSaves,
  StateSave,
} from '#connections';
import { sampleRecord } from '#tokens/testing';
import { StateSaves, type Judgement } from './state-saves.js';

const lease = { connectionId: 'connection', leaseId: 'lease' };
const opened = sampleRecord({ attemptOpen: true, attempt: 7, attemptProcessId: 'ours', connectNumber: 3 });
const judge: Judgement = (seen) => ({ next: { ...seen, attemptOpen: false }, event: null });

let present: ConnectionRecord | null;
let tries: StateSave[];
let released: number;
let verdicts: StateSaves;

beforeEach(() => {
  present = null;
  tries = [];
  released = 0;
  const saves = {
    // The row has moved since it was seen: the first try is in vain.
    saveState: async (save: StateSave) => {
      tries.push(save);
      return tries.length > 1;
    },
  };
  const leases = {
    release: async () => {
      released += 1;
    },
  };
  verdicts = new StateSaves(
    leases as unknown as ConnectionLeases,
    { find: async () => present } as unknown as ConnectionReads,
    saves as unknown as ConnectionSaves,
  );
});

describe('the end of an attempt whose row moved meanwhile', () => {
  it('is judged again by the row as it is, where the attempt is still open there', async () => {
    present = { ...opened, stateVersion: opened.stateVersion + 5, consecutiveFailures: 4 };
    const saved = await verdicts.ofAttempt({ record: opened, lease }, judge);
    expect(saved).toMatchObject({ attemptOpen: false, consecutiveFailures: 4 });
    expect(tries).toHaveLength(2);
  });

  it.each<[string, Partial<ConnectionRecord>]>([
    ['of another connect', { connectNumber: 4 }],
    ['of another process', { attemptProcessId: 'theirs' }],
    ['of another number', { attempt: 8 }],
    ['that is closed', { attemptOpen: false }],
  ])('is not saved on an attempt %s, and the lease is given back', async (_, changes) => {
    present = { ...opened, stateVersion: opened.stateVersion + 5, ...changes };
    expect(await verdicts.ofAttempt({ record: opened, lease }, judge)).toBeNull();
    expect(tries).toHaveLength(1);
    expect(released).toBe(1);
  });
});
