import { beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#kernel';
import { ManualClock } from '#kernel/testing';
import type { ConnectionSummary } from '#tokens';
import { FakeConnections } from '../testing/fake-tokens.js';
import { ConnectionCounts } from './connection-counts.js';

/** A database that answers when a test lets it. */
class HeldConnections extends FakeConnections {
  readonly asked: PromiseWithResolvers<ConnectionSummary>[] = [];

  override summary(): Promise<ConnectionSummary> {
    const held = Promise.withResolvers<ConnectionSummary>();
    this.asked.push(held);
    return held.promise;
  }

  answer(due: number): void {
    const byStatus = { awaiting_activation: 0, connected: due, reconnect_required: 0, disconnected: 0 };
    this.asked.at(-1)?.resolve({ byStatus, due, overdue: 0 });
  }
}

let clock: ManualClock;
let connections: HeldConnections;
let counts: ConnectionCounts;

beforeEach(() => {
  clock = new ManualClock();
  connections = new HeldConnections();
  counts = new ConnectionCounts(connections, clock);
});

async function counted(due: number): Promise<ConnectionSummary | null> {
  const latest = counts.latest();
  connections.answer(due);
  return latest;
}

describe('the counts of connections', () => {
  it('are the database’s, and are counted once for many scrapes', async () => {
    const scrapes = [counts.latest(), counts.latest()];
    connections.answer(3);
    expect((await Promise.all(scrapes)).map((summary) => summary?.due)).toEqual([3, 3]);
    clock.advance(14_000);
    expect((await counts.latest())?.due).toBe(3);
    expect(connections.asked).toHaveLength(1);
    clock.advance(1_000);
    expect((await counted(4))?.due).toBe(4);
    expect(connections.asked).toHaveLength(2);
  });

  it('are the last known ones after a second’s wait, and are asked for once at a time', async () => {
    await counted(3);
    for (let scrapes = 0; scrapes < 3; scrapes += 1) {
      clock.advance(15_000);
      const late = counts.latest();
      clock.advance(1_000);
      expect((await late)?.due).toBe(3);
    }
    expect(connections.asked).toHaveLength(2);
  });

  it('are nothing once they are too old', async () => {
    await counted(3);
    clock.advance(60_000);
    const late = counts.latest();
    clock.advance(1_000);
    expect(await late).toBeNull();
  });

  it('are asked for no sooner where the database could not be reached', async () => {
    const failed = counts.latest();
    connections.asked.at(-1)?.reject(new Failure('broker_unavailable', 'away'));
    expect(await failed).toBeNull();
    expect(await counts.latest()).toBeNull();
    expect(connections.asked).toHaveLength(1);
    clock.advance(15_000);
    expect((await counted(5))?.due).toBe(5);
  });
});
