import fc from 'fast-check';
import type { World } from './world.js';

/** One thing that happens; a run is a list of them. */
export type Command =
  /** Something begins, or goes on, and gets so many turns; then the next one may be lost. */
  | {
      readonly do: 'read' | 'sweep' | 'run';
      readonly at: number;
      readonly turns: number;
      readonly next: Next;
    }
  | { readonly do: 'pause'; readonly at: number; readonly seconds: number }
  | { readonly do: 'resume' | 'connect' | 'disconnect' | 'session_cut'; readonly at: number }
  | { readonly do: 'crash'; readonly at: number; readonly arriving: boolean }
  /** A call out of its order: which one a `pick` means depends on what is under way. */
  | { readonly do: 'turn'; readonly pick: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'database'; readonly what: 'away' | 'back' | 'restarted' }
  | { readonly do: 'deskera'; readonly what: 'down' | 'up' | 'ends_tokens' | 'revokes' };

type Next = 'waits' | 'lose_request' | 'lose_answer';

const at = fc.nat(1);
/** Seconds that matter: a back-off, more than a lease, until a refresh is due, until a token has expired. */
const seconds = fc.constantFrom(1, 6, 22, 31, 70, 130);
const next = fc.constantFrom<Next>('waits', 'waits', 'waits', 'lose_request', 'lose_answer');

/** How often something of this kind happens, and what it is. */
function often<Kind extends Command>(weight: number, arbitrary: fc.Arbitrary<Kind>) {
  return { weight, arbitrary };
}

const command: fc.Arbitrary<Command> = fc.oneof(
  often(18, fc.record({ do: fc.constantFrom('read', 'sweep', 'run'), at, turns: fc.nat(7), next })),
  often(6, fc.record({ do: fc.constant('wait'), seconds })),
  often(3, fc.record({ do: fc.constant('pause'), at, seconds: fc.constantFrom(6, 22) })),
  often(1, fc.record({ do: fc.constant('crash'), at, arriving: fc.boolean() })),
  often(4, fc.record({ do: fc.constantFrom('resume', 'connect', 'disconnect', 'session_cut'), at })),
  often(2, fc.record({ do: fc.constant('turn'), pick: fc.nat(3) })),
  often(1, fc.record({ do: fc.constant('database'), what: fc.constantFrom('away', 'back', 'restarted') })),
  often(1, fc.record({ do: fc.constant('deskera'), what: fc.constantFrom('down', 'up') })),
  often(1, fc.record({ do: fc.constant('deskera'), what: fc.constantFrom('ends_tokens', 'revokes') })),
);

export const commands: fc.Arbitrary<readonly Command[]> = fc.array(command, { maxLength: 40, size: 'max' });

/** Lets it happen. */
export async function perform(world: World, command: Command): Promise<void> {
  if (command.do !== 'run' && command.do !== 'turn') world.trace.push(told(command));
  switch (command.do) {
    case 'read':
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
      world.connect(command.at);
      break;
    case 'disconnect':
      world.disconnect(command.at);
      break;
    case 'session_cut':
      world.database.locks.delete(world.process(command.at).name);
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
  if (what === 'read') world.process(replica).read();
  if (what === 'sweep') world.process(replica).sweep();
  await world.run(replica, turns);
  if (then !== 'waits') await world.turn(then, 0, replica);
}

async function onDatabase(world: World, what: 'away' | 'back' | 'restarted'): Promise<void> {
  world.databaseIsUp = what !== 'away';
  if (what === 'restarted') await world.restartDatabase();
}

function onDeskera({ deskera }: World, what: 'down' | 'up' | 'ends_tokens' | 'revokes'): void {
  if (what === 'ends_tokens') deskera.endTokens();
  else if (what === 'revokes') deskera.revoke();
  else deskera.isDown = what === 'down';
}

function told({ do: what, ...rest }: Command): string {
  return [what, ...Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`)].join(' ');
}
