import { AwayGate } from './away-gate.js';
import { importLines, type ImportLine } from './import-lines.js';
import { importOutcomes, type ImportOutcome, type ImportReport, type ReportedLine } from './import-report.js';
import { LineImport, type LineRooms } from './line-import.js';

export interface ImportCounts extends Readonly<Record<ImportOutcome, number>> {
  readonly lines: number;
  /** Of an earlier run: not tried again, and not among the others. */
  readonly doneBefore: number;
  readonly refusedBefore: number;
}

export interface ImportResult {
  readonly counts: ImportCounts;
  /** Deskera or the database stayed away: the rest of the file was not tried. */
  readonly gaveUp: boolean;
  readonly interrupted: boolean;
}

export interface ImporterOptions {
  /** Null: none is kept. */
  readonly report: ImportReport | null;
  readonly concurrency: number;
  readonly retryRefused: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, counts: ImportCounts) => void;
  readonly onTrouble: (line: ReportedLine) => void;
}

/** Works through a file, some lines at once. */
export class Importer {
  readonly #counts = {
    lines: 0,
    doneBefore: 0,
    refusedBefore: 0,
    ...(Object.fromEntries(importOutcomes.map((outcome) => [outcome, 0])) as Record<ImportOutcome, number>),
  };
  readonly #underWay = new Set<Promise<void>>();
  readonly #gate: AwayGate;
  readonly #import: LineImport;
  #defect: { readonly error: unknown } | null = null;

  constructor(
    rooms: LineRooms,
    private readonly options: ImporterOptions,
  ) {
    this.#gate = new AwayGate(rooms.clock);
    this.#import = new LineImport(rooms, this.#gate, options.signal);
  }

  /** What is under way when it has to stop comes to its end first. @throws what the disk says of file or report */
  async run(source: AsyncIterable<Buffer>): Promise<ImportResult> {
    const { concurrency, signal } = this.options;
    try {
      for await (const line of importLines(source)) {
        if (this.#mustStop()) break;
        this.#counts.lines += 1;
        if (!this.#isSettled(line)) this.#start(line);
        this.options.onProgress(line.bytes, this.#counts);
        if (this.#underWay.size >= concurrency) await Promise.race(this.#underWay);
      }
    } finally {
      await Promise.all(this.#underWay);
    }
    if (this.#defect !== null) throw this.#defect.error;
    return { counts: this.#counts, gaveUp: this.#gate.gaveUp, interrupted: signal.aborted };
  }

  #mustStop(): boolean {
    return this.options.signal.aborted || this.#gate.gaveUp || this.#defect !== null;
  }

  #isSettled({ hash }: ImportLine): boolean {
    const before = this.options.report?.outcomeOf(hash);
    const isDone = before === 'imported' || before === 'already_there';
    const isRefused = before === 'refused' && !this.options.retryRefused;
    if (isDone) this.#counts.doneBefore += 1;
    if (isRefused) this.#counts.refusedBefore += 1;
    return isDone || isRefused;
  }

  #start(line: ImportLine): void {
    const working: Promise<void> = this.#bringIn(line)
      .catch((error: unknown) => {
        this.#defect ??= { error };
      })
      .finally(() => this.#underWay.delete(working));
    this.#underWay.add(working);
  }

  async #bringIn(line: ImportLine): Promise<void> {
    const reported = await this.#import.bringIn(line);
    if (reported === null) return;
    this.#counts[reported.outcome] += 1;
    await this.options.report?.add(reported);
    if (reported.outcome !== 'imported' && reported.outcome !== 'already_there')
      this.options.onTrouble(reported);
  }
}
