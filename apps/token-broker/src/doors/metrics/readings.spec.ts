import { describe, expect, it } from '@jest/globals';
import type { PartHealth } from '#kernel';
import type { ReplicaReadings } from '#observability';
import { readingsOf } from './readings.js';

const parts: readonly PartHealth[] = [
  { part: 'database', status: 'ok', facts: { schemaAccepted: true } },
  { part: 'changeFeed', status: 'ok', facts: { secondsSinceProof: 0.2 } },
  { part: 'upkeep', status: 'ok', facts: { lagSeconds: 12 } },
  {
    part: 'deskera',
    status: 'ok',
    facts: { state: 'ok', unavailableSeconds: null, clientRefusedSeconds: null, freeSlots: 30 },
  },
  { part: 'spool', status: 'ok', facts: { waiting: 2, unreadable: 0, diskFault: null } },
];
const byStatus = { awaiting_activation: 0, connected: 3, reconnect_required: 1, disconnected: 2 };

const known: ReplicaReadings = {
  connections: byStatus,
  connectionsDue: 4,
  connectionsOverdue: 1,
  upkeepLagSeconds: 12,
  databaseAvailable: true,
  changeFeedProofAgeSeconds: 0.2,
  deskeraAvailable: true,
  deskeraClientRefused: false,
  deskeraFreeSlots: 30,
  spoolEntries: 2,
  spoolUnreadableEntries: 0,
  spoolDiskFault: false,
};

function of(part: string, changes: Partial<PartHealth>): ReplicaReadings {
  return readingsOf([{ part, status: 'ok', facts: {}, ...changes }], null);
}

describe('the readings of a replica', () => {
  it('are all there where everything is known', () => {
    expect(readingsOf(parts, { byStatus, due: 4, overdue: 1 })).toEqual(known);
  });

  it('are not known where a part or fact is missing', () => {
    const unknown = Object.fromEntries(Object.keys(known).map((name) => [name, null]));
    expect(readingsOf([], null)).toEqual(unknown);
    const bare = parts.map(({ part }): PartHealth => ({ part, status: 'down', facts: {} }));
    expect(readingsOf(bare, null)).toEqual({ ...unknown, databaseAvailable: false, deskeraAvailable: false });
  });

  it.each<[string, Partial<PartHealth>, Partial<ReplicaReadings>]>([
    ['database', { status: 'down' }, { databaseAvailable: false }],
    ['deskera', { status: 'down' }, { deskeraAvailable: false }],
    ['deskera', { status: 'degraded' }, { deskeraAvailable: true }],
    ['deskera', { facts: { clientRefusedSeconds: 0 } }, { deskeraClientRefused: true }],
    ['upkeep', { facts: { lagSeconds: null } }, { upkeepLagSeconds: null }],
    ['changeFeed', { facts: { secondsSinceProof: null } }, { changeFeedProofAgeSeconds: null }],
    ['spool', { facts: { waiting: 'many' } }, { spoolEntries: null }],
    ['spool', { facts: { waiting: Infinity } }, { spoolEntries: null }],
    ['spool', { facts: { diskFault: 'ENOSPC' } }, { spoolDiskFault: true }],
  ])('of %s with %j are %j', (part, changes, expected) => {
    expect(of(part, changes)).toMatchObject(expected);
  });
});
