import type { ConnectionStatus, ConnectionView } from '#tokens';
import { adminConnectionAnswer } from '../shapes/connection.js';
import type { Command } from './command-run.js';
import { exitCodes } from './exit-codes.js';
import { cell, timeCell } from './plain-cells.js';

export interface ListOptions {
  readonly status?: ConnectionStatus;
  readonly q?: string;
  readonly limit: number;
  readonly cursor?: string;
  /** Every page, one after the other. */
  readonly all: boolean;
}

export const connectionColumns = ['tenant', 'org', 'status', 'verified', 'expires', 'next check', 'failures'];

export const listConnections: Command<ListOptions> = async (run, { status, q, limit, cursor, all }) => {
  const { connections } = await run.rooms();
  const { terminal } = run;
  let next: string | null = cursor ?? null;
  let isFirst = true;
  do {
    const page = await connections.list({ status: status ?? null, text: q ?? null, limit, cursor: next });
    next = page.nextCursor;
    // Written page by page: there may be a million.
    if (terminal.json)
      await terminal.write(`${isFirst ? '{"items":[' : ''}${itemsText(page.items, isFirst)}`);
    else if (page.items.length > 0 || isFirst)
      await terminal.table(connectionColumns, page.items.map(connectionRow));
    isFirst = false;
  } while (all && next !== null && !run.signal.aborted);
  if (terminal.json) await terminal.write(`],"nextCursor":${JSON.stringify(next)}}\n`);
  else if (next !== null) terminal.note(`There are more: --cursor ${next}, or --all.`);
  return run.signal.aborted ? exitCodes.interrupted : exitCodes.ok;
};

export function connectionRow(view: ConnectionView): string[] {
  return [
    view.tenantId,
    cell(view.org.name === null ? view.org.id : `${view.org.name} (${view.org.id ?? '-'})`),
    view.reason === null ? view.status : `${view.status}: ${view.reason}`,
    timeCell(view.verifiedAt),
    timeCell(view.expiresAt),
    timeCell(view.nextCheckAt),
    cell(view.consecutiveFailures),
  ];
}

function itemsText(items: readonly ConnectionView[], isFirst: boolean): string {
  const texts = items.map((view) => JSON.stringify(adminConnectionAnswer(view)));
  return texts.length === 0 ? '' : `${isFirst ? '' : ','}${texts.join(',')}`;
}
