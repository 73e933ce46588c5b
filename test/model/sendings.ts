import type { GrantOutcome } from '#deskera';
import { sampleOptions } from '#tokens/testing';
import type { MemoryDatabase } from './memory-database.js';
import type { StoredRow } from './stored-row.js';
import type { Machine } from './machine.js';

export interface SeenProcess {
  readonly name: string;
  readonly state: 'running' | 'paused' | 'dead';
  readonly machine: Machine;
}

/** An attempt as it was put on record. */
export interface Opening extends Pick<
  StoredRow,
  'connectionId' | 'connectNumber' | 'attempt' | 'attemptProcessId'
> {
  readonly shown: string;
}

/** For so long after a failover a lost attempt is waited for: the longest call, and its answer's way into the database. */
const waitedForMilliseconds = (sampleOptions().timeoutSeconds * 3 + 5) * 1_000;

/** One sending of a refresh token. */
export interface Sending {
  readonly process: SeenProcess;
  readonly shown: string;
  /** The attempt that it is; null: of a grant that is no connection's yet. */
  readonly attempt: Opening | null;
  /** Null: still on its way. */
  outcome: GrantOutcome | null;
}

/** Who sent which refresh token, and what became of it. */
export class Sendings {
  readonly all: Sending[] = [];
  readonly #openings: Opening[] = [];
  /** Refresh tokens of attempts that were taken over while they were open: whoever did it can't know their answers. */
  readonly #overtaken = new Set<string>();

  /** Openings that a failover lost: their row does not show them. */
  readonly #forgotten = new Set<Opening>();

  constructor(private readonly database: () => MemoryDatabase) {}

  opened(before: StoredRow, after: StoredRow): void {
    const { connectionId, connectNumber, attempt, attemptProcessId, refreshToken } = after;
    const shown = refreshToken?.reveal() ?? '';
    if (before.attemptOpen) this.#overtaken.add(shown);
    this.#openings.push({ connectionId, connectNumber, attempt, attemptProcessId, shown });
  }

  record(process: SeenProcess, shown: string, outcome: GrantOutcome | null): Sending {
    const attempt = this.#openings.findLast(
      (opening) => opening.shown === shown && opening.attemptProcessId === process.name,
    );
    const used = this.all.some((sending) => sending.attempt === attempt);
    const sending = { process, shown, attempt: attempt === undefined || used ? null : attempt, outcome };
    this.all.push(sending);
    return sending;
  }

  forgotten({ attempt, attemptProcessId }: StoredRow): void {
    const lost = this.#openings.findLast(
      (opening) => opening.attempt === attempt && opening.attemptProcessId === attemptProcessId,
    );
    if (lost !== undefined) this.#forgotten.add(lost);
  }

  isAnyForgotten(shown: string): boolean {
    return [...this.#forgotten].some((opening) => opening.shown === shown);
  }

  /** An earlier sending of it whose answer somebody has, or may still get. */
  inOurHands(shown: string, sender: SeenProcess): Sending | undefined {
    return this.all.find((sending) => sending.shown === shown && this.#isInOurHands(sending, sender));
  }

  /** A sending without an answer, or an attempt that nobody had brought to its end on record. */
  isAnyUnanswered(shown: string): boolean {
    const indefinite = this.all.some(
      (sending) => sending.shown === shown && sending.outcome?.definite === false,
    );
    return indefinite || this.#overtaken.has(shown);
  }

  /** By an attempt of an earlier connect, which a disconnect ended with all that it was to bring. */
  wasSentBefore(shown: string, connectNumber: number): boolean {
    return this.all.some(
      ({ attempt, ...sending }) =>
        sending.shown === shown && attempt !== null && attempt.connectNumber < connectNumber,
    );
  }

  #isInOurHands(sending: Sending, sender: SeenProcess): boolean {
    const { process, outcome } = sending;
    if (this.#isPast(sending)) return false;
    if (outcome === null) return process.state !== 'dead' && !this.#isForgotten(sending, sender);
    if (outcome.kind !== 'granted') return false;
    const isForgotten = this.#isForgotten(sending, sender);
    // With its disk gone a process sees nothing of its spool, and goes by the row.
    if (isSpooled(sending, sender)) return !isForgotten || sender.machine.disk !== 'gone';
    // No row tells of what a failover lost: what another process holds alone can't be known of.
    if (isForgotten) return false;
    return (process.state !== 'dead' || isSpooled(sending, process)) && !this.#isOutOfReach(sending);
  }

  /** Others wait for it after the failover, and no longer. */
  #isForgotten({ attempt, process }: Sending, sender: SeenProcess): boolean {
    if (attempt === null || process === sender || !this.#forgotten.has(attempt)) return false;
    const { time, lostAt } = this.database();
    return process.state !== 'running' || time.milliseconds - lostAt >= waitedForMilliseconds;
  }

  /**
   * What a machine holds alone, because its spool is its own, its disk takes nothing or it stands still, nobody else can
   * know of while its network is cut as well, and until it had the time to store it.
   */
  #isOutOfReach(sending: Sending): boolean {
    const { machine, state } = sending.process;
    const holdsAlone = machine.disk !== 'works' || state === 'paused' || isSpooled(sending, sending.process);
    const now = this.database().time.milliseconds;
    return holdsAlone && (machine.isCut || now < machine.storesUntil);
  }

  /**
   * The row holds what the sending brought, or something newer; or it was disconnected since, and nothing that was sent
   * before is waited for when the same pair comes back with another connect.
   */
  #isPast({ attempt, outcome }: Sending): boolean {
    if (attempt === null) return outcome !== null;
    const row = this.database().rows.get(attempt.connectionId);
    return row?.connectNumber !== attempt.connectNumber || row.grantAttempt >= attempt.attempt;
  }
}

/** Whether what it brought lies in the folder that this process has. */
function isSpooled({ outcome }: Sending, { machine }: SeenProcess): boolean {
  if (outcome?.kind !== 'granted') return false;
  const brought = outcome.grant.token.reveal();
  return [...machine.folder.values()].some(({ grant }) => grant.token.reveal() === brought);
}
