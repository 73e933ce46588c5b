import type { Cut } from './cuttable-link.js';
import { Random } from './random.js';
import { replicaCount, undyingReplica } from './settings.js';

/** What is done to the brokers and to PostgreSQL, and what Deskera does. Times are milliseconds. */
export type Deed =
  | { readonly kind: 'kill'; readonly replica: number; readonly downMilliseconds: number }
  | { readonly kind: 'pause'; readonly replica: number; readonly milliseconds: number }
  | {
      readonly kind: 'cut';
      readonly replica: number;
      readonly how: Cut;
      readonly milliseconds: number;
    }
  | { readonly kind: 'restart_database' }
  | { readonly kind: 'kill_database'; readonly downMilliseconds: number }
  | {
      readonly kind: 'fault';
      readonly operation: 'refresh' | 'validate' | 'exchange';
      readonly fault: 'status' | 'reset' | 'timeout' | 'lost-answer' | 'malformed' | 'delay' | 'html';
      readonly times: number;
      readonly status?: number;
      readonly delayMilliseconds?: number;
    }
  | { readonly kind: 'latency'; readonly latencyMilliseconds: number; readonly milliseconds: number }
  | { readonly kind: 'revoke' | 'expire' | 'disconnect'; readonly slot: number }
  | {
      readonly kind: 'reconnect_during_refresh';
      readonly slot: number;
      /** After the refresh was made to hang. */
      readonly afterMilliseconds: number;
      readonly delayMilliseconds: number;
    };

export interface Step {
  /** Milliseconds from the beginning. */
  readonly at: number;
  readonly deed: Deed;
}

interface Ground {
  readonly random: Random;
  readonly slots: number;
}

/** Everything that happens of a seed, in order. The same seed and length give the same schedule. */
export function scheduleOf(seed: number, seconds: number, slots: number): readonly Step[] {
  const ground: Ground = { random: new Random(seed), slots };
  const steps: Step[] = [...infrastructure(ground, seconds), ...ofDeskera(ground, seconds)];
  return steps.sort((a, b) => a.at - b.at);
}

/** How long after one thing was done to a replica, or to the database, the next may be: it is whole in between. */
const restMilliseconds = 1_500;
const lastQuietMilliseconds = 2_000;
const mortalReplicas = Array.from({ length: replicaCount }, (_, index) => index).filter(
  (index) => index !== undyingReplica,
);

/** A way to break a replica, its network, or the database. */
type Breakage = 'kill' | 'pause' | Cut | 'restart_database' | 'kill_database';

const breakages = [
  'kill',
  'pause',
  'half_open',
  'stall',
  'reset',
  'restart_database',
  'kill_database',
] as const satisfies readonly Breakage[];

/** Each breakage once, so that even a short run has all; after that they are drawn. */
function infrastructure(ground: Ground, seconds: number): readonly Step[] {
  const { random } = ground;
  const steps: Step[] = [];
  const deck = random.shuffled(breakages);
  const busyUntil = Array.from({ length: replicaCount + 1 }, () => 0);
  for (let at = 1_500; at < seconds * 1_000 - lastQuietMilliseconds; at += random.between(800, 3_200)) {
    const dealt = deck.shift();
    const { deed, target, lasts } = breakageOf(dealt ?? drawn(random), random);
    const free = (busyUntil[target] ?? 0) <= at;
    if (free) {
      busyUntil[target] = at + lasts + restMilliseconds;
      steps.push({ at: Math.round(at), deed });
    } else if (dealt !== undefined) deck.push(dealt);
  }
  return steps;
}

function drawn(random: Random): Breakage {
  const weight = random.next();
  if (weight < 0.19) return 'kill';
  if (weight < 0.55) return 'pause';
  if (weight < 0.85) return random.pick(['half_open', 'stall', 'reset']);
  return random.pick(['restart_database', 'kill_database']);
}

function breakageOf(breakage: Breakage, random: Random): { deed: Deed; target: number; lasts: number } {
  const database = { target: replicaCount, lasts: 6_000 };
  const downMilliseconds = Math.round(random.between(100, 3_000));
  switch (breakage) {
    case 'kill': {
      const replica = random.pick(mortalReplicas);
      return { deed: { kind: 'kill', replica, downMilliseconds }, target: replica, lasts: downMilliseconds };
    }
    case 'pause': {
      const replica = random.whole(0, replicaCount - 1);
      const milliseconds = Math.round(random.between(4_500, 9_000));
      return { deed: { kind: 'pause', replica, milliseconds }, target: replica, lasts: milliseconds };
    }
    case 'half_open':
    case 'stall':
    case 'reset': {
      const replica = random.whole(0, replicaCount - 1);
      const milliseconds = Math.round(random.between(1_000, 10_000));
      const deed = { kind: 'cut', replica, how: breakage, milliseconds } as const;
      return { deed, target: replica, lasts: milliseconds };
    }
    case 'restart_database':
      return { deed: { kind: 'restart_database' }, ...database };
    case 'kill_database':
      return { deed: { kind: 'kill_database', downMilliseconds }, ...database };
  }
}

function ofDeskera(ground: Ground, seconds: number): readonly Step[] {
  const { random } = ground;
  const steps: Step[] = [];
  for (let at = 1_000; at < seconds * 1_000 - lastQuietMilliseconds; at += random.between(150, 900)) {
    steps.push({ at: Math.round(at), deed: trouble(ground) });
  }
  return steps;
}

function trouble({ random, slots }: Ground): Deed {
  const weight = random.next();
  const slot = random.whole(0, slots - 1);
  const operation = random.pick(['refresh', 'refresh', 'refresh', 'validate', 'exchange'] as const);
  const times = random.whole(1, 6);
  const fault = { kind: 'fault', operation, times } as const;
  if (weight < 0.1) return { ...fault, fault: 'status', status: random.pick([429, 500, 502, 503]) };
  if (weight < 0.15) return { ...fault, fault: 'html' };
  if (weight < 0.22) return { ...fault, fault: 'reset' };
  if (weight < 0.3) return { ...fault, fault: 'lost-answer' };
  if (weight < 0.34) return { ...fault, fault: 'timeout', times: 1 };
  // A check is judged by its status alone: one that is cut short would say that the token is good.
  if (weight < 0.37)
    return { ...fault, operation: operation === 'validate' ? 'refresh' : operation, fault: 'malformed' };
  if (weight < 0.55) {
    // Within the time a call is read for, or clearly beyond it.
    const delay = random.next() < 0.7 ? random.between(1_500, 4_800) : random.between(7_500, 9_000);
    return { ...fault, fault: 'delay', delayMilliseconds: Math.round(delay) };
  }
  if (weight < 0.58) {
    const latencyMilliseconds = Math.round(random.between(2_200, 3_500));
    return { kind: 'latency', latencyMilliseconds, milliseconds: Math.round(random.between(500, 3_000)) };
  }
  if (weight < 0.66) return { kind: 'revoke', slot };
  if (weight < 0.74) return { kind: 'expire', slot };
  if (weight < 0.84) return { kind: 'disconnect', slot };
  return {
    kind: 'reconnect_during_refresh',
    slot,
    afterMilliseconds: Math.round(random.between(0, 1_500)),
    delayMilliseconds: Math.round(random.between(1_000, 4_500)),
  };
}
