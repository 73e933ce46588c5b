import fc from 'fast-check';
import { commandsWith, perform, type Command, type Strangeness } from './commands.js';
import type { Protocol } from './protocol.js';
import { World, type Place } from './world.js';

export interface Check {
  readonly seed: number;
  readonly runs: number;
  /** Whether what is found is made as short as it can be. */
  readonly shrink: boolean;
  /** What happens first in every run. */
  readonly beginning?: readonly Command[];
  /** Failovers where this is left out. */
  readonly strangeness?: Strangeness;
}

/**
 * @param sought a violation of this kind; the empty one: of any
 * @returns what was violated and what led to it; null where nothing was found
 */
export async function counterexample(
  protocol: Protocol,
  place: Place,
  { seed, runs, shrink, beginning = [], strangeness = 'failovers' }: Check,
  sought = '',
): Promise<string | null> {
  const property = fc.asyncProperty(commandsWith(strangeness), async (list) => {
    const world = new World(protocol, place);
    await world.connectFirst();
    for (const command of [...beginning, ...list]) {
      await perform(world, command);
      refuse(world, sought);
    }
    await world.heal();
    world.witness.atRest();
    refuse(world, sought);
  });
  const details = await fc.check(property, { seed, numRuns: runs, endOnFailure: !shrink });
  if (!details.failed) return null;
  return details.errorInstance instanceof Error ? details.errorInstance.message : 'failed';
}

function refuse({ witness }: World, sought: string): void {
  const violation = witness.violations.find((each) => each.includes(sought));
  if (violation !== undefined) throw new Error(violation);
}
