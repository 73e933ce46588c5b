import type { GrantOutcome } from '#deskera';
import { Failure, type Secret } from '#kernel';
import type { MemoryDatabase } from './memory-database.js';
import type { IssuedPair, ModelDeskera } from './model-deskera.js';
import type { StoredRow } from './stored-row.js';

export interface SeenProcess {
  readonly name: string;
  readonly state: 'running' | 'paused' | 'dead';
}

/** One sending of a refresh token. */
export interface Sending {
  readonly process: SeenProcess;
  readonly refreshToken: string;
  /** The attempt that it is; null: of a grant that is no connection's yet. */
  readonly attempt: Pick<StoredRow, 'connectionId' | 'connectNumber' | 'attempt'> | null;
  /** Null: still on its way. */
  outcome: GrantOutcome | null;
}

/** Sees everything, and says what must never be seen. */
export class Witness {
  readonly #sendings: Sending[] = [];
  /** The refresh token of every attempt that was put on record. */
  readonly #openings: string[] = [];

  /** What must never be seen, each with what led to it. */
  readonly violations: string[] = [];

  constructor(
    private readonly trace: readonly string[],
    private readonly database: () => MemoryDatabase,
    private readonly deskera: ModelDeskera,
  ) {}

  defect(what: string): void {
    this.violations.push([what, ...this.trace].join('\n  '));
  }

  /** No refresh token is sent while an answer to an earlier sending of it is, or could be, in our hands. */
  sent(process: SeenProcess, refreshToken: Secret): Sending {
    const shown = refreshToken.reveal();
    const earlier = this.#sendings.find(
      (sending) => sending.refreshToken === shown && this.#isInOurHands(sending),
    );
    if (earlier !== undefined)
      this.defect(`${process.name} sends ${shown} while ${earlier.process.name} may hold the answer to it`);
    return this.#record(process, shown, null);
  }

  /** An attempt came to its end before anything was sent. */
  unsent(process: SeenProcess, refreshToken: Secret, outcome: GrantOutcome): void {
    this.#record(process, refreshToken.reveal(), outcome);
  }

  answered(sending: Sending, outcome: GrantOutcome): void {
    sending.outcome = outcome;
  }

  /** What a commit changed. */
  changed(before: StoredRow | null, after: StoredRow, statement: string): void {
    if (before === null) return;
    if (statement === 'attempt_open') this.#openings.push(after.refreshToken?.reveal() ?? '');
    if (before.status === 'disconnected' && after.status !== 'disconnected' && statement !== 'adoption_saved')
      this.defect(`a disconnected connection is revived by ${statement}`);
    if (after.status === 'reconnect_required' && before.status !== after.status) this.#givenUp(before, after);
    this.#replaced(before, after);
  }

  served(caller: string, token: Secret): void {
    if (this.deskera.pairOf(token) === undefined) this.defect(`${caller} got a token that nobody issued`);
  }

  /** A caller goes without a token only where there was none that was good, all the time. */
  refusedCaller(caller: string, before: StoredRow | undefined, error: unknown): void {
    if (!(error instanceof Failure)) this.defect(`${caller} got ${String(error)}`);
    else if (error.code === 'deskera_unavailable' || error.code === 'deskera_client_refused') {
      const present = this.#rows()[0];
      const wasThere = before !== undefined && present?.fingerprint === before.fingerprint;
      if (wasThere && this.#isUsable(before) && this.#isUsable(present))
        this.defect(`${caller} is refused although the stored token is good`);
    }
  }

  /** Once all is well again, nothing may be left open, lost or untold. */
  atRest(): void {
    const [row] = this.#rows();
    if (row === undefined) return;
    if (row.attemptOpen) this.defect('an attempt stays open for ever');
    const stored = row.token === null ? undefined : this.deskera.pairOf(row.token);
    for (const sending of this.#sendings) this.#isKept(sending, row, stored);
    if (row.status === 'connected' && row.token !== null && !this.deskera.isValid(row.token))
      this.defect('a connection is called connected for ever, and its token is bad');
  }

  #record(process: SeenProcess, refreshToken: string, outcome: GrantOutcome | null): Sending {
    const row = this.#rows().find((stored) => stored.refreshToken?.reveal() === refreshToken);
    const sending = { process, refreshToken, attempt: row ?? null, outcome };
    this.#sendings.push(sending);
    return sending;
  }

  #isInOurHands(sending: Sending): boolean {
    if (sending.process.state === 'dead') return false;
    if (sending.outcome === null) return true;
    return sending.outcome.kind === 'granted' && !this.#isPast(sending);
  }

  /** The row holds what the sending brought, or something newer. */
  #isPast({ attempt }: Sending): boolean {
    if (attempt === null) return true;
    const row = this.database().rows.get(attempt.connectionId);
    return row?.connectNumber !== attempt.connectNumber || row.grantAttempt >= attempt.attempt;
  }

  /** Connecting again always beats a refresh, and a newer grant an older one. */
  #replaced(before: StoredRow, after: StoredRow): void {
    if (before.fingerprint === after.fingerprint || after.token === null || before.token === null) return;
    const [old, young] = [before.token, after.token].map((token) => this.deskera.pairOf(token));
    if (old === undefined || young === undefined || after.connectNumber > before.connectNumber) return;
    if (old.family !== young.family) this.defect('a late refresh overwrites a newer connect');
    else if (young.serial < old.serial) this.defect('an older grant overwrites a newer one');
  }

  /** Status changes only on evidence, and what we lost is not told as what somebody revoked. */
  #givenUp(before: StoredRow, { reason }: StoredRow): void {
    const pair = before.token === null ? undefined : this.deskera.pairOf(before.token);
    if (pair === undefined) return;
    const shown = pair.grant.refreshToken.reveal();
    if (this.deskera.isValid(pair.grant.token))
      this.defect('a connection is given up while its token is good');
    if (reason === 'grant_revoked' && !pair.family.revoked)
      this.defect('a lost answer is told as grant_revoked');
    if (reason === 'refresh_outcome_lost' && !this.#leftOpen(shown))
      this.defect('refresh_outcome_lost is told where no answer was lost');
  }

  /** A sending without an answer, or more attempts than definite ends that somebody lived to tell. */
  #leftOpen(shown: string): boolean {
    const sendings = this.#sendings.filter(({ refreshToken }) => refreshToken === shown);
    const ended = sendings.filter(
      ({ attempt, outcome, process }) =>
        attempt !== null && outcome?.definite === true && process.state !== 'dead',
    );
    const openings = this.#openings.filter((refreshToken) => refreshToken === shown);
    return openings.length > ended.length || sendings.some(({ outcome }) => outcome?.definite === false);
  }

  /** The newest grant that came into the hands of a process that lived on is never dropped. */
  #isKept({ outcome, process, attempt }: Sending, row: StoredRow, stored: IssuedPair | undefined): void {
    if (outcome?.kind !== 'granted' || process.state === 'dead' || attempt === null) return;
    const brought = this.deskera.pairOf(outcome.grant.token);
    const beaten = row.connectNumber > attempt.connectNumber && stored?.family !== brought?.family;
    const held = stored !== undefined && brought !== undefined && stored.serial >= brought.serial;
    if (!beaten && !held) this.defect(`the grant ${outcome.grant.token.reveal()} was dropped`);
  }

  #isUsable({ status, badSince, expiresAt }: StoredRow): boolean {
    return (
      status === 'connected' && badSince === null && (expiresAt === null || expiresAt > this.database().now())
    );
  }

  #rows(): readonly StoredRow[] {
    return [...this.database().rows.values()];
  }
}
