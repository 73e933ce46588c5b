import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/**
 * - `imported`, `already_there`: done;
 * - `bad_line`, `refused`: not done, and the same line never will be;
 * - `failed`: not done, and worth another try.
 */
export const importOutcomes = ['imported', 'already_there', 'bad_line', 'refused', 'failed'] as const;

export type ImportOutcome = (typeof importOutcomes)[number];

/** What became of one line. Holds no token, and nothing that was in the line but its tenant. */
export interface ReportedLine {
  readonly line: number;
  readonly hash: string;
  readonly tenantId: string | null;
  readonly outcome: ImportOutcome;
  /** Of the failure. */
  readonly code?: string;
  readonly message?: string;
  readonly connectionId?: string;
}

/** The file beside the imported one that says what became of each line: an import goes on where another one ended. */
export class ImportReport {
  readonly #outcomes = new Map<string, ImportOutcome>();
  #writing: Promise<void> = Promise.resolve();

  private constructor(private readonly file: FileHandle) {}

  /** @throws what the disk says */
  static async open(path: string): Promise<ImportReport> {
    const { O_APPEND, O_CREAT, O_RDWR } = constants;
    const file = await open(path, O_APPEND | O_CREAT | O_RDWR, 0o600);
    const report = new ImportReport(file);
    try {
      await file.chmod(0o600);
      await report.#read();
      return report;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** What the last report of this line says. */
  outcomeOf(hash: string): ImportOutcome | undefined {
    return this.#outcomes.get(hash);
  }

  /** Resolves once it is on the disk. */
  async add(line: ReportedLine): Promise<void> {
    this.#outcomes.set(line.hash, line.outcome);
    const before = this.#writing;
    this.#writing = before.then(async () => {
      await this.file.appendFile(`${JSON.stringify(line)}\n`);
      await this.file.datasync();
    });
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.file.close();
  }

  async #read(): Promise<void> {
    // Not closed by the reading: what is added goes to the same file.
    for await (const text of this.file.readLines({ autoClose: false, start: 0 })) {
      const entry = entryOf(text);
      if (entry !== null) this.#outcomes.set(entry.hash, entry.outcome);
    }
    const { size } = await this.file.stat();
    if (size === 0) return;
    const { buffer } = await this.file.read(Buffer.alloc(1), 0, 1, size - 1);
    // A process that died while writing left half a line.
    if (buffer[0] !== 10) await this.file.appendFile('\n');
  }
}

function entryOf(text: string): Pick<ReportedLine, 'hash' | 'outcome'> | null {
  try {
    const entry = JSON.parse(text) as Partial<ReportedLine> | null;
    const outcome = importOutcomes.find((known) => known === entry?.outcome);
    return typeof entry?.hash === 'string' && outcome !== undefined ? { hash: entry.hash, outcome } : null;
  } catch {
    return null;
  }
}
