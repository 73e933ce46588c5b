import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { grantSpoolContract } from '#spool/testing';
import { MemorySpool, type Disk } from './memory-spool.js';

const works: Disk = async (_step, execute) => execute();

function opener(clock: ManualClock, disk: Disk): () => MemorySpool {
  const folder = new Map();
  let names = 0;
  const newName = () => {
    names += 1;
    return String(names);
  };
  return () => new MemorySpool({ folder, disk, clock, newName });
}

// What the model proves of grants in a spool, it proves of this one: it has to do what the one on a disk does.
describe('the spool in memory', () => {
  it.each(Object.entries(grantSpoolContract))('%s', async (_, holds) => {
    const clock = new ManualClock();
    await holds({ clock, open: opener(clock, works) });
  });

  it('is blind where its folder can not be looked at', async () => {
    const open = opener(new ManualClock(), () => Promise.reject(new Error('gone')));
    expect(await open().replay(async () => undefined)).toMatchObject({ blind: true });
  });
});
