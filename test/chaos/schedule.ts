import type { Cut } from './cuttable-link.js';
import type { Refusal } from './databases.js';
import type { GatewayForm } from './gateway.js';
import { Random } from './random.js';
import { replicaCount, undyingReplica } from './settings.js';

/** What is done to the brokers and to PostgreSQL, and what Deskera does. Times are milliseconds. */
export type Deed =
  | { readonly kind: 'kill'; readonly replica: number; readonly downMilliseconds: number }
  | { readonly kind: 'pause'; readonly replica: number; readonly milliseconds: number }
  | {
      readonly kind: 'cut';
      readonly replica: number;
      /** Disconnected through another replica meanwhile. */
      readonly slot: number;
      readonly how: Cut;
      readonly milliseconds: number;
    }
  | { readonly kind: 'restart_database' }
  | { readonly kind: 'kill_database'; readonly downMilliseconds: number }
  /** SIGTERM, and a start again. */
  | { readonly kind: 'stop'; readonly replica: number; readonly downMilliseconds: number }
  /** The standby takes over, without what the primary committed meanwhile. */
  | { readonly kind: 'fail_over_database'; readonly behindMilliseconds: number }
  /** The server crashes and loses transaction ids; a replica that was cut off returns after a disconnect and many transactions. */
  | { readonly kind: 'return_late_to_database'; readonly replica: number; readonly slot: number }
  | { readonly kind: 'refuse_writes_of_database'; readonly how: Refusal; readonly milliseconds: number }
  /** Left out where the servers' clock can't be stepped. */
  | { readonly kind: 'step_clock_of_database'; readonly seconds: number }
  /** A replica gets an answer that it can't save, and is killed: another one has to find it in the spool. */
  | { readonly kind: 'orphan_answer'; readonly replica: number; readonly slot: number }
  /** Many callers of one replica want one connection refreshed at once. */
  | { readonly kind: 'crowd'; readonly replica: number; readonly slot: number; readonly callers: number }
  /** A gateway in front of Deskera answers 401 to everything. */
  | { readonly kind: 'gateway'; readonly form: GatewayForm; readonly milliseconds: number }
  /** Deskera refuses one user in words that do not name the token. */
  | { readonly kind: 'disable_user'; readonly slot: number; readonly times: number }
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
type Breakage =
  | 'kill'
  | 'stop'
  | 'pause'
  | Cut
  | 'restart_database'
  | 'kill_database'
  | 'fail_over'
  | 'return_late'
  | 'refuse_writes'
  | 'step_clock'
  | 'orphan_answer';

const breakages = [
  'kill',
  'stop',
  'pause',
  'half_open',
  'stall',
  'reset',
  'restart_database',
  'kill_database',
  'fail_over',
  'return_late',
  'refuse_writes',
  'step_clock',
  'orphan_answer',
] as const satisfies readonly Breakage[];

/** Each breakage once, so that even a short run has all; after that they are drawn. */
function infrastructure(ground: Ground, seconds: number): readonly Step[] {
  const { random } = ground;
  const steps: Step[] = [];
  const deck = random.shuffled(breakages);
  const busyUntil = Array.from({ length: replicaCount + 1 }, () => 0);
  for (let at = 1_500; at < seconds * 1_000 - lastQuietMilliseconds; at += random.between(600, 2_400)) {
    const dealt = deck.shift();
    const { deed, targets, lasts } = breakageOf(dealt ?? drawn(random), ground);
    const free = targets.every((target) => (busyUntil[target] ?? 0) <= at);
    if (free) {
      for (const target of targets) busyUntil[target] = at + lasts + restMilliseconds;
      steps.push({ at: Math.round(at), deed });
    } else if (dealt !== undefined) deck.push(dealt);
  }
  return steps;
}

function drawn(random: Random): Breakage {
  const weight = random.next();
  if (weight < 0.14) return 'kill';
  if (weight < 0.2) return 'stop';
  if (weight < 0.38) return 'pause';
  if (weight < 0.62) return random.pick(['half_open', 'stall', 'reset']);
  if (weight < 0.72) return 'orphan_answer';
  return random.pick([
    'restart_database',
    'kill_database',
    'fail_over',
    'return_late',
    'refuse_writes',
    'step_clock',
  ]);
}

interface Planned {
  readonly deed: Deed;
  /** Replicas by their number, the database after them: none of them is broken twice at once. */
  readonly targets: readonly number[];
  readonly lasts: number;
}

const database = replicaCount;

function breakageOf(breakage: Breakage, { random, slots }: Ground): Planned {
  const downMilliseconds = Math.round(random.between(100, 3_000));
  const mortal = random.pick(mortalReplicas);
  const anyone = random.whole(0, replicaCount - 1);
  const slot = random.whole(0, slots - 1);
  const onDatabase = (deed: Deed, lasts = 3_000): Planned => ({ deed, targets: [database], lasts });
  const onReplica = (deed: Deed & { replica: number }, lasts: number): Planned => ({
    deed,
    targets: [deed.replica],
    lasts,
  });
  switch (breakage) {
    case 'kill':
      return onReplica({ kind: 'kill', replica: mortal, downMilliseconds }, downMilliseconds);
    case 'stop':
      return onReplica({ kind: 'stop', replica: mortal, downMilliseconds }, downMilliseconds + 8_000);
    case 'pause': {
      const milliseconds = Math.round(random.between(4_500, 9_000));
      return onReplica({ kind: 'pause', replica: anyone, milliseconds }, milliseconds);
    }
    case 'half_open':
    case 'stall':
    case 'reset': {
      const milliseconds = Math.round(random.between(1_000, 10_000));
      return onReplica({ kind: 'cut', replica: anyone, slot, how: breakage, milliseconds }, milliseconds);
    }
    case 'restart_database':
      return onDatabase({ kind: 'restart_database' });
    case 'kill_database':
      return onDatabase({ kind: 'kill_database', downMilliseconds });
    case 'fail_over': {
      const behindMilliseconds = Math.round(random.between(200, 2_000));
      return onDatabase({ kind: 'fail_over_database', behindMilliseconds }, behindMilliseconds + 5_000);
    }
    case 'return_late': {
      const deed = { kind: 'return_late_to_database', replica: anyone, slot } as const;
      return { deed, targets: [anyone, database], lasts: 6_000 };
    }
    case 'refuse_writes': {
      // Long enough for a take-over, were there no outage.
      const milliseconds = Math.round(random.between(16_000, 20_000));
      const how = random.pick(['read_only', 'disk_full'] as const);
      return onDatabase({ kind: 'refuse_writes_of_database', how, milliseconds }, milliseconds);
    }
    case 'step_clock':
      return onDatabase({ kind: 'step_clock_of_database', seconds: random.whole(30, 200) }, 1_000);
    case 'orphan_answer':
      return onReplica({ kind: 'orphan_answer', replica: mortal, slot }, 20_000);
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
  if (weight < 0.59) {
    const form = random.pick(['html', 'json', 'empty'] as const);
    return { kind: 'gateway', form, milliseconds: Math.round(random.between(1_000, 8_000)) };
  }
  if (weight < 0.62) return { kind: 'disable_user', slot, times: random.whole(1, 4) };
  if (weight < 0.65)
    return { kind: 'crowd', replica: random.whole(0, replicaCount - 1), slot, callers: random.whole(4, 12) };
  if (weight < 0.69) return { kind: 'revoke', slot };
  if (weight < 0.76) return { kind: 'expire', slot };
  if (weight < 0.84) return { kind: 'disconnect', slot };
  return {
    kind: 'reconnect_during_refresh',
    slot,
    afterMilliseconds: Math.round(random.between(0, 1_500)),
    delayMilliseconds: Math.round(random.between(1_000, 4_500)),
  };
}
