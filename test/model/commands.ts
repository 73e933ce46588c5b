import fc from 'fast-check';
import type { Machine } from './machine.js';
import type { HandedOut } from './model-deskera.js';
import type { World } from './world.js';

/** One thing that happens; a run is a list of them. */
export type Command =
  /** Something begins, or goes on, and gets so many turns; then the next one may be lost. */
  | {
      readonly do: 'read' | 'ask' | 'sweep' | 'run';
      readonly at: number;
      readonly turns: number;
      readonly next: Next;
    }
  | { readonly do: 'pause'; readonly at: number; readonly seconds: number }
  | {
      readonly do: 'connect';
      readonly at: number;
      readonly pair: HandedOut;
      readonly activation: 'callback' | 'browser';
    }
  | { readonly do: 'resume' | 'activate' | 'disconnect' | 'session_cut'; readonly at: number }
  /** The network between one replica and the database. */
  | { readonly do: 'network'; readonly at: number; readonly what: 'cut' | 'mended' }
  /** Whether the database writes for one replica. */
  | { readonly do: 'writes'; readonly at: number; readonly what: 'refused' | 'taken' }
  /** Whether one replica can open the entries that it finds in the spool. */
  | { readonly do: 'key'; readonly at: number; readonly what: 'missing' | 'there' }
  | { readonly do: 'disk'; readonly at: number; readonly what: Machine['disk'] }
  | { readonly do: 'crash'; readonly at: number; readonly arriving: boolean }
  /** A call out of its order: which one a `pick` means depends on what is under way. */
  | { readonly do: 'turn'; readonly pick: number }
  | { readonly do: 'wait'; readonly seconds: number }
  /** Somebody sets the clock of the database's machine. */
  | { readonly do: 'clock'; readonly bySeconds: number }
  | { readonly do: 'database'; readonly what: DatabaseEvent }
  | { readonly do: 'deskera'; readonly what: DeskeraTrouble };

type DeskeraTrouble = 'down' | 'up' | 'gateway' | 'no_gateway' | 'ends_tokens' | 'revokes';

/** `failed_over`: the standby that takes over never got the last attempt. */
type DatabaseEvent = 'away' | 'back' | 'restarted' | 'read_only' | 'writable' | 'failed_over';

type Next = 'waits' | 'lose_request' | 'lose_answer';

const at = fc.nat(1);
/** Seconds that matter: a back-off, more than a lease, until a refresh is due, until a token has expired. */
const seconds = fc.constantFrom(1, 6, 22, 31, 70, 130);
const next = fc.constantFrom<Next>('waits', 'waits', 'waits', 'lose_request', 'lose_answer');

const pair = fc.constantFrom<HandedOut>('new', 'new', 'first', 'newest', 'dead');
const activation = fc.constantFrom('callback', 'browser');

const databaseTrouble = fc.constantFrom<DatabaseEvent>('read_only', 'writable', 'failed_over');

/** How often something of this kind happens, and what it is. */
function often<Kind extends Command>(weight: number, arbitrary: fc.Arbitrary<Kind>) {
  return { weight, arbitrary };
}

/** What happens in every world. */
const usual = [
  often(18, fc.record({ do: fc.constantFrom('read', 'ask', 'sweep', 'run'), at, turns: fc.nat(7), next })),
  often(6, fc.record({ do: fc.constant('wait'), seconds })),
  often(3, fc.record({ do: fc.constant('pause'), at, seconds: fc.constantFrom(6, 22) })),
  often(1, fc.record({ do: fc.constant('crash'), at, arriving: fc.boolean() })),
  often(2, fc.record({ do: fc.constantFrom('resume', 'activate', 'disconnect', 'session_cut'), at })),
  often(2, fc.record({ do: fc.constant('connect'), at, pair, activation })),
  often(2, fc.record({ do: fc.constant('network'), at, what: fc.constantFrom('cut', 'mended') })),
  often(2, fc.record({ do: fc.constant('writes'), at, what: fc.constantFrom('refused', 'taken') })),
  often(1, fc.record({ do: fc.constant('key'), at, what: fc.constantFrom('missing', 'there') })),
  often(1, fc.record({ do: fc.constant('disk'), at, what: fc.constantFrom('works', 'full', 'gone') })),
  often(2, fc.record({ do: fc.constant('turn'), pick: fc.nat(3) })),
  often(1, fc.record({ do: fc.constant('database'), what: fc.constantFrom('away', 'back', 'restarted') })),
  often(1, fc.record({ do: fc.constant('deskera'), what: fc.constantFrom('down', 'up') })),
  often(1, fc.record({ do: fc.constant('deskera'), what: fc.constantFrom('gateway', 'no_gateway') })),
  often(1, fc.record({ do: fc.constant('deskera'), what: fc.constantFrom('ends_tokens', 'revokes') })),
];

/** What else happens in a run: the database fails over or refuses writes, or the clock of its machine is stepped. */
export const strangenesses = ['failovers', 'clock_steps'] as const;
export type Strangeness = (typeof strangenesses)[number];

const strange = {
  failovers: often(2, fc.record({ do: fc.constant('database'), what: databaseTrouble })),
  clock_steps: often(
    1,
    fc.record({ do: fc.constant('clock'), bySeconds: fc.constantFrom(100, 7_200, -100, -7_200) }),
  ),
} as const satisfies Record<Strangeness, unknown>;

export function commandsWith(strangeness: Strangeness): fc.Arbitrary<readonly Command[]> {
  const command: fc.Arbitrary<Command> = fc.oneof(...usual, strange[strangeness]);
  return fc.array(command, { maxLength: 40, size: 'max' });
}

/** Lets it happen. */
export async function perform(world: World, command: Command): Promise<void> {
  if (command.do !== 'run' && command.do !== 'turn') world.trace.push(told(command));
  switch (command.do) {
    case 'read':
    case 'ask':
    case 'sweep':
    case 'run':
      await goOn(world, command);
      break;
    case 'pause':
      world.process(command.at).pause();
      await world.wait(command.seconds);
      break;
    case 'resume':
      await world.process(command.at).resume();
      break;
    case 'connect':
      world.connect(command.at, command.pair, command.activation);
      break;
    case 'activate':
      world.activate(command.at);
      break;
    case 'disconnect':
      world.disconnect(command.at);
      break;
    case 'session_cut':
      world.database.endSession(world.process(command.at).name);
      break;
    case 'network':
      world.cut(command.at, command.what === 'cut');
      break;
    case 'writes':
      world.process(command.at).machine.isReadOnly = command.what === 'refused';
      break;
    case 'key':
      world.process(command.at).machine.lacksKey = command.what === 'missing';
      break;
    case 'disk':
      world.process(command.at).machine.disk = command.what;
      break;
    case 'crash':
      world.crash(command.at, command.arriving);
      break;
    case 'turn':
      await world.turn('on', command.pick);
      break;
    case 'wait':
      await world.wait(command.seconds);
      break;
    case 'clock':
      world.database.clockMilliseconds += command.bySeconds * 1_000;
      break;
    case 'database':
      await onDatabase(world, command.what);
      break;
    case 'deskera':
      onDeskera(world, command.what);
  }
  await world.settled();
}

async function goOn(
  world: World,
  { do: what, at: replica, turns, next: then }: Extract<Command, { turns: number }>,
): Promise<void> {
  if (what === 'read') world.process(replica).read(null);
  // A sibling service that wants Deskera's word of this moment.
  if (what === 'ask') world.process(replica).read(0);
  if (what === 'sweep') world.process(replica).sweep();
  await world.run(replica, turns);
  if (then !== 'waits') await world.turn(then, 0, replica);
}

async function onDatabase(world: World, what: DatabaseEvent): Promise<void> {
  if (what === 'read_only' || what === 'writable') world.databaseIsReadOnly = what === 'read_only';
  else if (what === 'failed_over') await world.failOver();
  else await world.setDatabase(what);
}

function onDeskera({ deskera }: World, what: DeskeraTrouble): void {
  switch (what) {
    case 'ends_tokens':
      deskera.endTokens();
      break;
    case 'revokes':
      deskera.revoke();
      break;
    case 'gateway':
    case 'no_gateway':
      deskera.isBehindGateway = what === 'gateway';
      break;
    case 'down':
    case 'up':
      deskera.isDown = what === 'down';
  }
}

function told({ do: what, ...rest }: Command): string {
  return [what, ...Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`)].join(' ');
}
