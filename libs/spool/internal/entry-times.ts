import type { Clock } from '#kernel';
import type { GrantSave } from '#connections';
import type { SealedGrant } from './sealed-entry.js';

/**
 * An instant of this process's monotonic clock as wall time: the one thing that a process which reads the entry later
 * can compare. The wall clock is used for nothing else, and what is wrong about it moves expected expiries alone: which
 * grant is the newest is decided by the two numbers.
 */
export function wallTimes(
  { arrivedAt, sentAt }: Pick<GrantSave, 'arrivedAt' | 'sentAt'>,
  clock: Clock,
): Pick<SealedGrant, 'arrivedAt' | 'sentAt'> {
  const [now, wall] = [clock.monotonicMilliseconds(), clock.now().getTime()];
  return { arrivedAt: new Date(wall - (now - arrivedAt)), sentAt: new Date(wall - (now - sentAt)) };
}

/** Back to the monotonic clock of the process that replays. A wall clock that was set back makes nothing younger than now. */
export function monotonicTimes(
  { arrivedAt, sentAt }: Pick<SealedGrant, 'arrivedAt' | 'sentAt'>,
  clock: Clock,
): Pick<GrantSave, 'arrivedAt' | 'sentAt'> {
  const now = clock.monotonicMilliseconds();
  return {
    arrivedAt: now - millisecondsSince(arrivedAt, clock),
    sentAt: now - millisecondsSince(sentAt, clock),
  };
}

export function millisecondsSince(wallTime: Date, clock: Clock): number {
  return Math.max(0, clock.now().getTime() - wallTime.getTime());
}
