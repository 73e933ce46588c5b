import type { Operation } from './faults.js';
import { Tally, type TallySnapshot } from './tally.js';

export interface CountersSnapshot extends CountedEvents {
  /** Calls to the API in flight at the same time, the callbacks not among them. */
  readonly maxConcurrent: number;
  readonly operations: Readonly<Partial<Record<Operation, TallySnapshot>>>;
  /** By org id; of a great many only the first thousand. */
  readonly orgs: Readonly<Record<string, Readonly<Partial<Record<Operation, TallySnapshot>>>>>;
  readonly orgsLeftOff: number;
}

interface CountedEvents {
  readonly refreshesSucceeded: number;
  /** Refresh tokens presented that had been used before, whatever came of it. */
  readonly spentRefreshTokensPresented: number;
  readonly familiesRevoked: number;
  readonly spentCodesPresented: number;
}

type Tallies = Map<Operation, Tally>;

const mostOrgsShown = 1000;

export class Counters {
  private readonly everything = new Tally();
  private readonly operations: Tallies = new Map();
  private readonly orgs = new Map<string, Tallies>();
  private readonly events: Record<keyof CountedEvents, number> = {
    refreshesSucceeded: 0,
    spentRefreshTokensPresented: 0,
    familiesRevoked: 0,
    spentCodesPresented: 0,
  };

  count(event: keyof CountedEvents): void {
    this.events[event] += 1;
  }

  /** A call has arrived; what is returned ends it, once, with its outcome. */
  begin(operation: Operation, orgId: string | null): (outcome: string) => void {
    const tallies = [tallyOf(this.operations, operation)];
    if (operation !== 'callback') tallies.push(this.everything);
    if (orgId !== null) tallies.push(tallyOf(this.talliesOfOrg(orgId), operation));
    for (const tally of tallies) tally.begin();
    return (outcome) => {
      for (const tally of tallies) tally.end(outcome);
    };
  }

  /** With an org id: that org's calls alone under `orgs`. */
  snapshot(orgId?: string): CountersSnapshot {
    const ids = orgId === undefined ? [...this.orgs.keys()].slice(0, mostOrgsShown) : [orgId];
    const orgs = Object.fromEntries(
      ids.map((id) => [id, snapshotOf(this.orgs.get(id) ?? new Map<Operation, Tally>())]),
    );
    return {
      ...this.events,
      maxConcurrent: this.everything.snapshot().maxConcurrent,
      operations: snapshotOf(this.operations),
      orgs,
      orgsLeftOff: orgId === undefined ? this.orgs.size - ids.length : 0,
    };
  }

  private talliesOfOrg(orgId: string): Tallies {
    const tallies = this.orgs.get(orgId) ?? new Map<Operation, Tally>();
    this.orgs.set(orgId, tallies);
    return tallies;
  }
}

function tallyOf(tallies: Tallies, operation: Operation): Tally {
  const tally = tallies.get(operation) ?? new Tally();
  tallies.set(operation, tally);
  return tally;
}

function snapshotOf(tallies: Tallies): Partial<Record<Operation, TallySnapshot>> {
  return Object.fromEntries([...tallies].map(([operation, tally]) => [operation, tally.snapshot()]));
}
