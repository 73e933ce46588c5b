import type { StateFailure } from '#connections';
import type { MemoryDatabase } from './memory-database.js';

/** `adoption_stored_already` */
export function isStoredAlready({ states }: MemoryDatabase, stateSha256: Buffer): boolean {
  return states.get(stateSha256.toString('hex'))?.failureCode === null;
}

/** `adoption_record_outcome`, as far as it is the `state`'s */
export function recordStored({ states }: MemoryDatabase, stateSha256: Buffer): void {
  const state = states.get(stateSha256.toString('hex'));
  if (state !== undefined) states.set(stateSha256.toString('hex'), { ...state, failureCode: null });
}

/** `connect_state_fail` */
export function recordFailure(
  { states }: MemoryDatabase,
  { stateSha256, connectNumber, failureCode }: StateFailure,
): boolean {
  const state = states.get(stateSha256.toString('hex'));
  if (state?.connectNumber !== connectNumber || state.failureCode !== undefined) return false;
  states.set(stateSha256.toString('hex'), { ...state, failureCode });
  return true;
}
