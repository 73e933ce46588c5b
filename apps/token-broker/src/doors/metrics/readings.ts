import type { PartHealth } from '#kernel';
import type { ReplicaReadings } from '#observability';
import type { ConnectionSummary } from '#tokens';

type Fact = PartHealth['facts'][string];

/**
 * What the parts of this replica say of themselves, as numbers. A part or fact that is missing is not known. Only
 * numbers and yes or no go on from here, whatever text a fact holds.
 */
export function readingsOf(
  parts: readonly PartHealth[],
  connections: ConnectionSummary | null,
): ReplicaReadings {
  const facts = (part: string): PartHealth['facts'] | null => find(parts, part)?.facts ?? null;
  const deskera = facts('deskera');
  const spool = facts('spool');
  return {
    connections: connections?.byStatus ?? null,
    connectionsDue: connections?.due ?? null,
    connectionsOverdue: connections?.overdue ?? null,
    upkeepLagSeconds: numberOf(facts('upkeep')?.['lagSeconds']),
    databaseAvailable: isUp(find(parts, 'database')),
    changeFeedProofAgeSeconds: numberOf(facts('changeFeed')?.['secondsSinceProof']),
    deskeraAvailable: isUp(find(parts, 'deskera')),
    deskeraClientRefused: isThere(deskera?.['clientRefusedSeconds']),
    deskeraFreeSlots: numberOf(deskera?.['freeSlots']),
    spoolEntries: numberOf(spool?.['waiting']),
    spoolUnreadableEntries: numberOf(spool?.['unreadable']),
    spoolDiskFault: isThere(spool?.['diskFault']),
  };
}

function find(parts: readonly PartHealth[], name: string): PartHealth | null {
  return parts.find(({ part }) => part === name) ?? null;
}

function isUp(part: PartHealth | null): boolean | null {
  return part === null ? null : part.status !== 'down';
}

function numberOf(fact: Fact | undefined): number | null {
  return typeof fact === 'number' && Number.isFinite(fact) ? fact : null;
}

/** Null says that there is nothing of the kind; a fact that is missing says nothing. */
function isThere(fact: Fact | undefined): boolean | null {
  return fact === undefined ? null : fact !== null;
}
