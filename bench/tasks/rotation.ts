import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { ReencryptionReport } from '#tokens';
import { Program } from '../stage/program.js';

export interface Rotation {
  readonly report: ReencryptionReport;
  /** In milliseconds of CPU, of the command's process: from when it begins until it reports. Its start is none of it. */
  readonly longestTask: number;
}

const lookMilliseconds = 20;
const startMilliseconds = 60_000;

/**
 * Runs `encryption:rotate` as an operator does.
 * @param variables the brokers' own, with the new key first
 */
export async function rotate(
  client: Client,
  variables: Readonly<Record<string, string>>,
  withinMilliseconds: number,
): Promise<Rotation> {
  const cli = 'dist/apps/token-broker/src/cli.js';
  await using command = Program.start(cli, ['encryption:rotate', '--json'], variables, Program.watched);
  // It goes on record before anything else, and is held up there until it is watched.
  await client.query('BEGIN; LOCK TABLE admin_event IN SHARE MODE');
  await heldUp(client);
  command.watchTasks();
  await command.use();
  await client.query('COMMIT');
  const [document] = await command.says(/^{"currentKeyId".*$/, withinMilliseconds);
  const { longestTask } = await command.use();
  const exitCode = await command.ended();
  if (exitCode !== 0) throw new Error(`encryption:rotate ended with ${String(exitCode)}: ${document}`);
  return { report: JSON.parse(document) as ReencryptionReport, longestTask };
}

/** @param counts of each kind of rows @throws where a row was left out, or changed twice */
export function requireResealed({ complete, kinds }: ReencryptionReport, counts: readonly number[]): void {
  if (!complete || kinds.map(({ resealed }) => resealed).join() !== counts.join())
    throw new Error(`Not each row was sealed anew once: ${JSON.stringify(kinds)}`);
}

async function heldUp(client: Client): Promise<void> {
  const late = performance.now() + startMilliseconds;
  while (performance.now() < late) {
    const { rows } = await client.query(
      `SELECT FROM pg_locks WHERE relation = 'admin_event'::regclass AND NOT granted`,
    );
    if (rows.length > 0) return;
    await wait(lookMilliseconds);
  }
  throw new Error('encryption:rotate did not begin.');
}
