import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Command } from './command-run.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { ImportReport, type ReportedLine } from './import/import-report.js';
import { Importer, type ImportCounts, type ImportResult } from './import/importer.js';
import { cell } from './plain-cells.js';
import { progressOn } from './progress.js';
import type { Terminal } from './terminal.js';

export interface ImportOptions {
  /** `-`: standard input. */
  readonly file: string;
  readonly report?: string;
  readonly concurrency: number;
  readonly retryRefused: boolean;
}

export const importConnections: Command<ImportOptions> = async (run, options) => {
  const { terminal, signal } = run;
  const { source, size } = await sourceOf(options.file, terminal.streams.stdin);
  const reportPath = options.report ?? (options.file === '-' ? null : `${options.file}.report.jsonl`);
  const rooms = await run.rooms();
  const report = reportPath === null ? null : await ImportReport.open(reportPath);
  const progress = progressOn(terminal, run.clock);
  const importer = new Importer(rooms, {
    report,
    concurrency: options.concurrency,
    retryRefused: options.retryRefused,
    signal,
    onProgress: (bytes, counts) => {
      progress.update(bytes, size, countsText(counts));
    },
    onTrouble: (line) => {
      if (report === null) terminal.note(troubleText(line));
    },
  });
  const stop = (): void => {
    source.destroy();
  };
  signal.addEventListener('abort', stop);
  try {
    const result = await importer.run(readable(source, signal));
    progress.end();
    await show(terminal, result, reportPath);
    return exitCodeOf(result);
  } finally {
    signal.removeEventListener('abort', stop);
    progress.end();
    await report?.close();
  }
};

/** @throws what the disk says, before anything is begun */
async function sourceOf(file: string, stdin: Readable): Promise<{ source: Readable; size: number }> {
  if (file === '-') return { source: stdin, size: 0 };
  const { size } = await stat(file);
  return { source: createReadStream(file), size };
}

/** A source that was closed because of Ctrl-C is at its end. */
async function* readable(source: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function show(terminal: Terminal, result: ImportResult, report: string | null): Promise<void> {
  const { counts, gaveUp, interrupted } = result;
  if (terminal.json) await terminal.document({ ...countsDocument(counts), report, gaveUp, interrupted });
  else
    await terminal.table(
      ['lines', 'imported', 'there already', 'done before', 'bad', 'refused', 'failed'],
      [
        [
          counts.lines,
          counts.imported,
          counts.already_there,
          counts.doneBefore,
          counts.bad_line,
          counts.refused + counts.refusedBefore,
          counts.failed,
        ].map(cell),
      ],
    );
  if (gaveUp) terminal.note('Deskera or the database stayed away: the rest was not tried.');
  if (report !== null) terminal.note(`What became of each line is in ${report}.`);
  if (interrupted || gaveUp || counts.failed > 0)
    terminal.note('Run the same command again to go on: what is done is not done twice.');
}

function countsDocument(counts: ImportCounts) {
  const { already_there: alreadyThere, bad_line: badLines, ...others } = counts;
  return { ...others, alreadyThere, badLines };
}

function countsText(counts: ImportCounts): string {
  const done = counts.imported + counts.already_there + counts.doneBefore;
  const troubled = counts.bad_line + counts.refused + counts.refusedBefore + counts.failed;
  return `${String(counts.lines)} lines, ${String(done)} there, ${String(troubled)} not`;
}

function troubleText({ line, tenantId, outcome, code, message }: ReportedLine): string {
  return `line ${String(line)} (${tenantId ?? 'no tenant'}): ${outcome}, ${code ?? ''}: ${message ?? ''}`;
}

function exitCodeOf({ counts, gaveUp, interrupted }: ImportResult): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  if (gaveUp) return exitCodes.unavailable;
  const { bad_line: bad, refused, refusedBefore, failed } = counts;
  return bad + refused + refusedBefore + failed > 0 ? exitCodes.partly : exitCodes.ok;
}
