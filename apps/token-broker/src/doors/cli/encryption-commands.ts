import { randomBytes } from 'node:crypto';
import type { ReencryptionReport } from '#tokens';
import { cliCaller } from './cli-rooms.js';
import type { Command } from './command-run.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { cell } from './plain-cells.js';
import { progressOn } from './progress.js';
import type { Terminal } from './terminal.js';

/** Requires no settings and no database. */
export const newEncryptionKey: Command<{ readonly id?: string }> = async ({ terminal, clock }, { id }) => {
  const day = clock.now().toISOString().slice(0, 10).replaceAll('-', '');
  const keyId = id ?? `k${day}-${randomBytes(2).toString('hex')}`;
  const key = randomBytes(32).toString('base64');
  if (terminal.json) await terminal.document({ keyId, encryptionKey: `${keyId}:${key}` });
  else await terminal.line(`${keyId}:${key}`);
  terminal.note(
    [
      'Next: add it last in ENCRYPTION_KEYS of every replica and restart them; then move it to the front and restart',
      'them again; then run encryption:rotate, which says when the old key may go.',
    ].join('\n'),
  );
  return exitCodes.ok;
};

export const rotateEncryption: Command<unknown> = async (run) => {
  const { reencryption, trail, clock } = await run.rooms();
  await trail.record(cliCaller, 'encryption_rotate', null);
  const progress = progressOn(run.terminal, clock);
  const report = await reencryption
    .run(({ kind, walk, done, total }) => {
      progress.update(done, total, `${kind}${walk === 1 ? '' : ' (looking again)'}: ${String(done)}`);
    }, run.signal)
    .finally(() => {
      progress.end();
    });
  if (run.terminal.json) await run.terminal.document(report);
  else await showReport(run.terminal, report);
  run.terminal.note(verdictOn(report));
  return exitCodeOf(report);
};

async function showReport(terminal: Terminal, report: ReencryptionReport): Promise<void> {
  await terminal.table(
    ['rows', 'sealed anew', `under ${report.currentKeyId}`, 'unreadable', 'left'],
    report.kinds.map((rows) => [
      rows.kind,
      cell(rows.resealed),
      cell(rows.current),
      cell(rows.unreadable),
      cell(rows.left),
    ]),
  );
  if (report.otherKeys.length === 0) return;
  await terminal.table(
    ['still needed key', 'rows', 'in the spool'],
    report.otherKeys.map(({ keyId, rows, spooled }) => [keyId ?? '(unreadable)', cell(rows), cell(spooled)]),
  );
}

function verdictOn({ complete, interrupted, spoolUnreadable, currentKeyId }: ReencryptionReport): string {
  if (interrupted) return 'Interrupted: what was sealed anew stays so. Run it again to go on.';
  if (spoolUnreadable) return 'The spool in DATA_DIR can not be looked at: no key may be taken away.';
  if (!complete) return 'Something still needs another key: no key may be taken away. Run it again later.';
  return `All is under ${currentKeyId}. The other keys may go once every replica has it first in ENCRYPTION_KEYS, and the spool of each that has a DATA_DIR of its own is empty.`;
}

function exitCodeOf({ complete, interrupted }: ReencryptionReport): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  return complete ? exitCodes.ok : exitCodes.partly;
}
