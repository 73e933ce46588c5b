import { Logger } from '@nestjs/common';
import type { AdminTrail } from '#access';
import { Failure, type Clock } from '#kernel';
import type { GrantImport, GrantImports } from '#tokens';
import { describeError } from '../../http/index.js';
import { cliCaller } from '../cli-rooms.js';
import { exitCodeOf, exitCodes, type ExitCode } from '../exit-codes.js';
import type { AwayGate } from './away-gate.js';
import type { ImportLine } from './import-lines.js';
import type { ReportedLine } from './import-report.js';
import { grantInLine, wordsOf } from './line-parser.js';

const mostTries = 3;

export interface LineRooms {
  readonly imports: GrantImports;
  readonly trail: AdminTrail;
  readonly clock: Clock;
}

type Ending = Pick<ReportedLine, 'outcome' | 'code' | 'message' | 'connectionId'>;

/** Brings in the grant of one line. Whatever is wrong with it is told, and stops nothing. */
export class LineImport {
  constructor(
    private readonly rooms: LineRooms,
    private readonly gate: AwayGate,
    private readonly signal: AbortSignal,
  ) {}

  /** @returns null where it was interrupted before anything was known of the line */
  async bringIn({ number, hash, text }: ImportLine): Promise<ReportedLine | null> {
    let tenantId: string | null = null;
    let ending: Ending | null;
    try {
      if (text === null) throw new Failure('invalid_request', 'The line is too long.');
      const grant = await grantInLine(text);
      tenantId = grant.tenantId;
      ending = await this.#untilKnown(grant);
    } catch (error) {
      ending = endingOf(error);
    }
    return ending === null ? null : { line: number, hash, tenantId, ...ending };
  }

  async #untilKnown(grant: GrantImport): Promise<Ending | null> {
    for (let tries = 1; ; tries += 1) {
      await this.gate.pass(this.signal);
      if (this.signal.aborted) return null;
      try {
        return await this.#import(grant);
      } catch (error) {
        if (!isPassing(error)) {
          this.gate.answered();
          throw error;
        }
        this.gate.away(error.retryAfterSeconds);
        if (tries === mostTries || this.gate.gaveUp) throw error;
      }
    }
  }

  async #import(grant: GrantImport): Promise<Ending> {
    await this.rooms.trail.record(cliCaller, 'connection_import', grant.tenantId);
    const { connection, wasThere } = await this.rooms.imports.import(grant);
    this.gate.answered();
    return { outcome: wasThere ? 'already_there' : 'imported', connectionId: connection.connectionId };
  }
}

function isPassing(error: unknown): error is Failure {
  return error instanceof Failure && exitCodeOf(error.code) === exitCodes.unavailable;
}

function endingOf(error: unknown): Ending {
  if (!(error instanceof Failure)) {
    new Logger('Import').error({ msg: 'A defect', ...describeError(error) });
    return { outcome: 'failed', code: 'internal_error', message: 'A defect: see the log.' };
  }
  return { outcome: outcomeOf(exitCodeOf(error.code)), code: error.code, message: wordsOf(error) };
}

function outcomeOf(code: ExitCode): Ending['outcome'] {
  if (code === exitCodes.unavailable) return 'failed';
  return code === exitCodes.usage ? 'bad_line' : 'refused';
}
