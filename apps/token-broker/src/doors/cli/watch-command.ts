import { Failure } from '#kernel';
import type { ConnectionSummary, ConnectionView } from '#tokens';
import { adminConnectionAnswer } from '../shapes/connection.js';
import type { CliRooms } from './cli-rooms.js';
import type { Command } from './command-run.js';
import { connectionColumns, connectionRow } from './connections-command.js';
import { exitCodes } from './exit-codes.js';
import type { Terminal } from './terminal.js';

const mostTroubled = 20;
const clearScreen = '\u001b[2J\u001b[H';

interface Look {
  readonly at: Date;
  readonly summary: ConnectionSummary;
  /** Those that have to be connected again; the first few. */
  readonly troubled: readonly ConnectionView[];
}

/** Shows how the connections are, until Ctrl-C. A database that is away is told of, and looked for again. */
export const watchConnections: Command<{ readonly interval: number }> = async (run, { interval }) => {
  const rooms = await run.rooms();
  let before: Look | null = null;
  while (!run.signal.aborted) {
    try {
      const look = await lookAt(rooms);
      await show(run.terminal, look, before);
      before = look;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      run.terminal.note(`${run.clock.now().toISOString()} ${error.code}: ${error.message}`);
    }
    await run.clock.sleep(interval * 1_000, run.signal);
  }
  return exitCodes.ok;
};

async function lookAt({ connections, clock }: CliRooms): Promise<Look> {
  const [summary, { items }] = await Promise.all([
    connections.summary(),
    connections.list({ status: 'reconnect_required', text: null, limit: mostTroubled, cursor: null }),
  ]);
  return { at: clock.now(), summary, troubled: items };
}

async function show(terminal: Terminal, look: Look, before: Look | null): Promise<void> {
  const { at, summary, troubled } = look;
  if (terminal.json) {
    const { byStatus, due, overdue } = summary;
    const reconnectRequired = troubled.map(adminConnectionAnswer);
    return terminal.document({ at, byStatus, due, overdue, reconnectRequired });
  }
  const counts = countsText(summary, before?.summary ?? null);
  if (!terminal.isInteractive) return terminal.line(`${at.toISOString()} ${counts}`);
  await terminal.write(clearScreen);
  await terminal.line(`${at.toISOString()}   (Ctrl-C ends this)\n\n${counts}\n`);
  if (troubled.length > 0) await terminal.table(connectionColumns, troubled.map(connectionRow));
}

/** Each count, with what it has changed by since the last look. */
function countsText({ byStatus, due, overdue }: ConnectionSummary, before: ConnectionSummary | null): string {
  const counts = { ...byStatus, due, overdue };
  const former: Record<string, number> | null =
    before === null ? null : { ...before.byStatus, due: before.due, overdue: before.overdue };
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${String(count)}${changeText(count - (former?.[name] ?? count))}`)
    .join('   ');
}

function changeText(change: number): string {
  return change === 0 ? '' : ` (${change > 0 ? '+' : ''}${String(change)})`;
}
